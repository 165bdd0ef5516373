//! One value on its way to a type; each reading either gives the type or leaves a mistake.

use std::num::NonZeroUsize;
use std::str::FromStr;
use std::time::Duration;

use camino::Utf8PathBuf;
use names::InvalidName;
use url::Url;

use crate::desk::Desk;
use crate::near::nearest;
use crate::placeholder::{Scope, fill};
use crate::reader::Reader;
use crate::shape::Table;
use crate::tree::{Node, Span, Value, Word};
use crate::{Error, scalar};

/// A value, what it is called, and for whom it is read.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) desk: &'a Desk<'a>,
    pub(crate) node: &'a Node,
    /// The key, or for an item of a list the list's key.
    pub(crate) key: &'a str,
    pub(crate) listed: bool,
    /// The tables above it, for notices.
    pub(crate) path: &'a str,
    pub(crate) scope: Scope<'a>,
}

impl<'a> Item<'a> {
    pub(crate) fn span(self) -> Span {
        self.node.span
    }

    pub(crate) fn wrong<T>(self, expected: &'static str) -> Option<T> {
        let key = if self.listed { format!("an item of `{}`", self.key) } else { format!("`{}`", self.key) };
        let found = self.node.value.kind();
        self.desk.refuse(self.span(), |place| Error::WrongType { place, key, expected, found });
        None
    }

    fn bad<T>(self, what: &'static str, value: String, why: impl Into<String>) -> Option<T> {
        let why = why.into();
        self.desk.refuse(self.span(), |place| Error::BadValue { place, what, value, why });
        None
    }

    /// Refuses the text because of a rule that its key has.
    pub(crate) fn refuse<T>(self, what: &'static str, why: impl Into<String>) -> Option<T> {
        let value = self.desk.source(self.span()).trim_matches(['"', '\'']).to_owned();
        self.bad(what, value, why)
    }

    /// The text with its placeholders filled in. A number is the text of its digits.
    pub(crate) fn word(self) -> Option<Word> {
        let text = match &self.node.value {
            Value::Text(text) | Value::Number(text) => text.clone(),
            _ => return self.wrong("a text"),
        };
        fill(self.desk, &Word { text, span: self.span() }, self.scope)
    }

    /// The text as it is written, where braces have a meaning of their own.
    pub(crate) fn verbatim(self) -> Option<String> {
        match &self.node.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            _ => self.wrong("a text"),
        }
    }

    pub(crate) fn text(self) -> Option<String> {
        self.word().map(|word| word.text)
    }

    pub(crate) fn flag(self) -> Option<bool> {
        match self.node.value {
            Value::Flag(flag) => Some(flag),
            _ => self.wrong("true or false"),
        }
    }

    pub(crate) fn number(self) -> Option<f64> {
        match &self.node.value {
            Value::Number(digits) => match digits.parse::<f64>() {
                Ok(number) if number.is_finite() => Some(number),
                _ => self.bad("a number", digits.clone(), "write it in decimal digits"),
            },
            _ => self.wrong("a number"),
        }
    }

    pub(crate) fn count(self) -> Option<NonZeroUsize> {
        match &self.node.value {
            Value::Number(digits) => match digits.parse() {
                Ok(count) => Some(count),
                Err(_) => self.bad("a count", digits.clone(), "it is a whole number of at least one"),
            },
            _ => self.wrong("a number"),
        }
    }

    pub(crate) fn duration(self) -> Option<Duration> {
        let text = self.text()?;
        scalar::duration(&text).map_or_else(|why| self.bad("a duration", text.clone(), why), Some)
    }

    pub(crate) fn url(self) -> Option<Url> {
        let text = self.text()?;
        scalar::url(&text).map_or_else(|why| self.bad("the URL of a service", text.clone(), why), Some)
    }

    pub(crate) fn path(self) -> Option<Utf8PathBuf> {
        let path = self.text()?;
        scalar::path(&path).map_or_else(|why| self.bad_path(path.clone(), why), Some)
    }

    pub(crate) fn bad_path<T>(self, path: String, why: &'static str) -> Option<T> {
        self.desk.refuse(self.span(), |place| Error::BadPath { place, path, why });
        None
    }

    /// A name with a grammar of the cluster's.
    pub(crate) fn name<T: FromStr<Err = InvalidName>>(self) -> Option<T> {
        self.text().and_then(|text| name(self.desk, &Word { text, span: self.span() }))
    }

    /// The value that stands beside the word in `known`.
    pub(crate) fn one_of<T: Copy>(self, what: &'static str, known: &[(&str, T)]) -> Option<T> {
        let value = self.verbatim()?;
        let found = known.iter().find(|(name, _)| *name == value);
        if found.is_none() {
            let near = nearest(&value, known.iter().map(|(name, _)| *name));
            let known = known.iter().map(|(name, _)| (*name).to_owned()).collect();
            self.desk.refuse(self.span(), |place| Error::UnknownValue { place, what, value, near, known });
        }
        found.map(|(_, value)| *value)
    }

    pub(crate) fn items(self) -> Option<Vec<Item<'a>>> {
        match &self.node.value {
            Value::List(nodes) => {
                Some(nodes.iter().map(|node| Item { node, listed: true, ..self }).collect())
            }
            _ => self.wrong("a list"),
        }
    }

    /// Reads every item of a list; those with mistakes are left out.
    pub(crate) fn list<T>(self, read: impl Fn(Item<'a>) -> Option<T>) -> Option<Vec<T>> {
        self.items().map(|items| items.into_iter().filter_map(read).collect())
    }

    /// The keys and values of a table whose keys are names.
    pub(crate) fn named(self) -> Option<&'a [(Word, Node)]> {
        match &self.node.value {
            Value::Map(entries) => Some(entries),
            _ => self.wrong("a table"),
        }
    }

    pub(crate) fn table(self, table: &'static Table) -> Option<Reader<'a>> {
        Reader::open(self, table, self.span())
    }
}

/// A name with a grammar of the cluster's.
pub(crate) fn name<T: FromStr<Err = InvalidName>>(desk: &Desk<'_>, word: &Word) -> Option<T> {
    match word.text.parse() {
        Ok(name) => Some(name),
        Err(source) => {
            desk.refuse(word.span, |place| Error::InvalidName { place, source });
            None
        }
    }
}
