//! A YAML file in memory: what a path holds, and the text with another value there.

use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};
use granit_parser::ScalarStyle;
use problem::Place;

use super::events::{Events, Kind};
use super::locate::Text;
use super::path::YamlPath;
use super::proof::Claim;
use super::quote::Old;
use crate::error::{BumpError, Refusal};

/// A value to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    /// Text to every reader: it is quoted unless YAML 1.1 and 1.2 both take it for this string.
    /// Versions and tags are text, also where they look like numbers.
    Text(String),
    /// The value as a person would type it: an unquoted number or boolean is replaced by another
    /// one without quotes; all else is [`NewValue::Text`].
    Alike(String),
}

impl NewValue {
    /// The value itself, without any quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Alike(text) => text,
        }
    }
}

/// One scalar of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The value, unquoted.
    pub value: String,
    /// Where it stands.
    pub place: Place,
    /// Its bytes in the text, quotes included.
    pub bytes: Range<usize>,
}

/// The outcome of an edit; the file on disk is another matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// The value is already there.
    Unchanged(Leaf),
    /// The whole new text, proven.
    Changed {
        /// The scalar as it was.
        old: Leaf,
        /// The text with the new value.
        text: String,
        /// The aliases that repeat this value, or something that holds it: to a reader they
        /// change along.
        followers: Vec<Place>,
    },
}

/// A YAML file that was read once and in which every edit is proven.
#[derive(Debug)]
pub struct YamlFile {
    file: Utf8PathBuf,
    text: String,
    events: Events,
}

impl YamlFile {
    /// Takes the bytes of a file; `file` is only its name in errors.
    ///
    /// # Errors
    /// Bytes that are no UTF-8, tabs as indentation, or a text that is not YAML.
    pub fn new(file: impl Into<Utf8PathBuf>, bytes: Vec<u8>) -> Result<Self, BumpError> {
        let file = file.into();
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Err(BumpError::NotUtf8 { file, offset: error.utf8_error().valid_up_to() }),
        };
        let events = Events::read(&file, &text)?;
        Ok(Self { file, text, events })
    }

    /// The name that errors show.
    #[must_use]
    pub fn file(&self) -> &Utf8Path {
        &self.file
    }

    /// The text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn place(&self, at: usize) -> Place {
        self.view().place(at)
    }

    pub(crate) fn events(&self) -> &Events {
        &self.events
    }

    /// The scalar at `path`.
    ///
    /// # Errors
    /// No match, several matches, a collection, or an alias on the way.
    pub fn get(&self, path: &YamlPath) -> Result<Leaf, BumpError> {
        let view = self.view();
        view.locate(path).map(|at| self.leaf(&view, at))
    }

    /// Every single value with its path, in the order of the text. Values behind aliases are left
    /// out; of several documents, a path may lead into more than one.
    #[must_use]
    pub fn leaves(&self) -> Vec<(YamlPath, Leaf)> {
        let view = self.view();
        let scalars = super::leaves::scalars(&self.events).into_iter();
        scalars.map(|(steps, at)| (YamlPath::new(steps), self.leaf(&view, at))).collect()
    }

    /// The text with `new` at `path`, proven by reading it again.
    ///
    /// # Errors
    /// Whatever [`YamlFile::get`] refuses, and scalars that cannot be replaced in place: block
    /// scalars, absent values, values that a tag gives another type.
    pub fn set(&self, path: &YamlPath, new: &NewValue) -> Result<Edit, BumpError> {
        let view = self.view();
        let at = view.locate(path)?;
        let old = self.replaceable(&view, at)?;
        let leaf = self.leaf(&view, at);
        if old.is(new) {
            return Ok(Edit::Unchanged(leaf));
        }
        let spelled = old.spell(new);
        let mut text = self.text.clone();
        text.replace_range(leaf.bytes.clone(), &spelled);
        let claim = Claim {
            file: &self.file,
            before: &self.text,
            events: &self.events,
            after: &text,
            leaf: at,
            spelled: spelled.len(),
            new,
        };
        match claim.check() {
            Ok(()) => Ok(Edit::Changed { old: leaf, text, followers: view.followers(at) }),
            Err(why) => Err(BumpError::Unproven { place: leaf.place.into(), why }),
        }
    }

    fn view(&self) -> Text<'_> {
        Text { file: &self.file, text: &self.text, events: &self.events }
    }

    fn leaf(&self, view: &Text<'_>, at: usize) -> Leaf {
        let event = self.events.get(at);
        let bytes = event.map(|event| event.bytes.clone()).unwrap_or_default();
        // A value that is not written reads as null, not as the tilde that the parser puts there.
        let value = if bytes.is_empty() { "" } else { self.events.scalar(at).unwrap_or_default() };
        Leaf { value: value.to_owned(), place: view.place(at), bytes }
    }

    fn replaceable<'e>(&'e self, view: &Text<'_>, at: usize) -> Result<Old<'e>, BumpError> {
        let Some(event) = self.events.get(at) else {
            return Err(view.refused(at, Refusal::Collection));
        };
        let Kind::Scalar { value, style, tag, flow } = &event.kind else {
            return Err(view.refused(at, Refusal::Collection));
        };
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return Err(view.refused(at, Refusal::BlockScalar));
        }
        if event.bytes.is_empty() {
            return Err(view.refused(at, Refusal::Empty));
        }
        // `!!int`, `!!float`, `!!bool`, `!!null`, ...: a string there would be a lie.
        let core = tag.as_deref().and_then(|tag| tag.strip_prefix("tag:yaml.org,2002:"));
        if core.is_some_and(|kind| kind != "str") {
            return Err(view.refused(at, Refusal::Typed));
        }
        Ok(Old { value, style: *style, tagged: tag.is_some(), flow: *flow })
    }
}
