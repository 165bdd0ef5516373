//! A table that is read by its keys, and judged by the table of keys.

use crate::Error;
use crate::desk::Desk;
use crate::item::Item;
use crate::near::nearest;
use crate::placeholder::Scope;
use crate::shape::{Acts, Table};
use crate::tree::{Node, Span, Value, Word};

pub(crate) struct Reader<'a> {
    pub(crate) desk: &'a Desk<'a>,
    pub(crate) scope: Scope<'a>,
    pub(crate) span: Span,
    pub(crate) path: String,
    entries: &'a [(Word, Node)],
    table: &'static Table,
}

impl<'a> Reader<'a> {
    /// Opens a table; its unknown keys, its missing keys (blamed on `at`) and those that nothing
    /// acts on yet are found here, once.
    pub(crate) fn open(item: Item<'a>, table: &'static Table, at: Span) -> Option<Self> {
        let reader = Self::unjudged(item, table)?;
        let reader = Self { span: at, ..reader };
        let meant: Vec<String> =
            reader.entries.iter().filter_map(|(word, node)| reader.judge(word, node)).collect();
        // A key that is only misspelt is not missing as well.
        let missing = |name: &str| reader.node(name).is_none() && !meant.iter().any(|meant| meant == name);
        for key in table.keys.iter().filter(|key| key.needed && missing(key.name)) {
            reader.missing(key.name);
        }
        Some(reader)
    }

    /// Opens a table whose keys are judged elsewhere.
    pub(crate) fn unjudged(item: Item<'a>, table: &'static Table) -> Option<Self> {
        let Value::Map(entries) = &item.node.value else {
            return item.wrong("a table");
        };
        let listed = if item.listed { "[]" } else { "" };
        let dot = if item.path.is_empty() || item.key.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{}{listed}", item.path, item.key);
        Some(Self { desk: item.desk, scope: item.scope, span: item.span(), path, entries, table })
    }

    /// Judges a key; for one that is unknown, gives that which was probably meant.
    fn judge(&self, word: &Word, node: &Node) -> Option<String> {
        match self.table.key(&word.text) {
            None => return self.unknown(word),
            Some(key) if key.acts == Acts::NotYet && !matches!(node.value, Value::Null) => {
                let dot = if self.path.is_empty() { "" } else { "." };
                self.desk.not_yet(word.span, format!("{}{dot}{}", self.path, key.name));
            }
            Some(_) => {}
        }
        None
    }

    fn unknown(&self, word: &Word) -> Option<String> {
        let known: Vec<&'static str> = self.table.names().collect();
        let near = nearest(&word.text, known.iter().copied());
        let (key, table, meant) = (word.text.clone(), self.table.name, near.clone());
        self.desk.refuse(word.span, |place| Error::UnknownKey { place, key, table, near, known });
        meant
    }

    /// Refuses a key of the table that the kind of this one does not have.
    pub(crate) fn foreign(&self, key: &str, table: &'static str, own: &[&'static str]) {
        if let Some((word, _)) = self.entries.iter().find(|(word, _)| word.text == key) {
            let (key, known, near) = (word.text.clone(), own.to_vec(), None);
            self.desk.refuse(word.span, |place| Error::UnknownKey { place, key, table, near, known });
        }
    }

    pub(crate) fn missing(&self, key: &'static str) {
        let (table, means) = (self.table.name, self.table.key(key).map_or("", |key| key.means));
        self.desk.refuse(self.span, |place| Error::MissingKey { place, table, key, means });
    }

    /// A key without a value says nothing, as in Helm's values.
    fn node(&self, key: &str) -> Option<&'a Node> {
        let (_, node) = self.entries.iter().find(|(word, _)| word.text == key)?;
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.node(key).is_some()
    }

    /// The value of a key, where it is given.
    pub(crate) fn get<'r>(&'r self, key: &'static str) -> Option<Item<'r>>
    where
        'a: 'r,
    {
        let node = self.node(key)?;
        Some(Item { desk: self.desk, node, key, listed: false, path: &self.path, scope: self.scope })
    }

    pub(crate) fn flag(&self, key: &'static str) -> bool {
        self.get(key).and_then(Item::flag).unwrap_or(false)
    }

    /// The list of a key; empty where it is not given.
    pub(crate) fn list<'r, T>(&'r self, key: &'static str, read: impl Fn(Item<'r>) -> Option<T>) -> Vec<T>
    where
        'a: 'r,
    {
        self.get(key).and_then(|item| item.list(read)).unwrap_or_default()
    }
}
