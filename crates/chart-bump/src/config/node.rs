//! A node of a configuration file that knows its place, for errors that name it.

use crate::edit::YamlFile;
use crate::edit::events::{Events, Kind};
use crate::error::{BumpError, ConfigFault};

/// A node that is read.
#[derive(Clone, Copy)]
pub(super) struct Node<'f> {
    file: &'f YamlFile,
    at: usize,
}

/// A mapping with no key but those that it may have.
pub(super) struct Fields<'f> {
    node: Node<'f>,
    pairs: Vec<(&'f str, Node<'f>)>,
}

impl<'f> Node<'f> {
    pub(super) fn root(file: &'f YamlFile) -> Result<Self, BumpError> {
        let mut roots = file.events().roots();
        let first = Self { file, at: roots.next().unwrap_or_default() };
        match roots.next() {
            None => Ok(first),
            Some(at) => Err(Self { file, at }.wrong("one document alone")),
        }
    }

    fn events(self) -> &'f Events {
        self.file.events()
    }

    pub(super) fn fault(self, fault: ConfigFault) -> BumpError {
        BumpError::Config { fault, place: self.file.place(self.at).into() }
    }

    pub(super) fn wrong(self, wanted: &'static str) -> BumpError {
        self.fault(ConfigFault::Value { wanted, near: None })
    }

    /// Keys and values; each key once.
    pub(super) fn entries(
        self,
        wanted: &'static str,
    ) -> Result<Vec<(&'f str, Node<'f>, Node<'f>)>, BumpError> {
        let node = |at| Self { file: self.file, at };
        if !self.events().get(self.at).is_some_and(|event| matches!(event.kind, Kind::Mapping { .. })) {
            return Err(self.wrong(wanted));
        }
        let mut entries: Vec<(&str, Self, Self)> = Vec::new();
        for (key, value) in self.events().pairs(self.at) {
            let text = self.events().scalar(key).ok_or_else(|| node(key).wrong("a plain word as key"))?;
            if entries.iter().any(|(known, ..)| *known == text) {
                return Err(node(key).fault(ConfigFault::Twice { key: text.to_owned() }));
            }
            entries.push((text, node(key), node(value)));
        }
        Ok(entries)
    }

    /// The mapping, which may have the keys `allowed`.
    pub(super) fn fields(
        self,
        wanted: &'static str,
        allowed: &'static [&'static str],
    ) -> Result<Fields<'f>, BumpError> {
        let mut pairs = Vec::new();
        for (key, at, value) in self.entries(wanted)? {
            if !allowed.contains(&key) {
                let near = crate::near::nearest(key, allowed.iter().copied());
                return Err(at.fault(ConfigFault::UnknownKey { key: key.to_owned(), near, allowed }));
            }
            pairs.push((key, value));
        }
        Ok(Fields { node: self, pairs })
    }

    pub(super) fn items(self, wanted: &'static str) -> Result<Vec<Node<'f>>, BumpError> {
        match self.events().get(self.at).map(|event| &event.kind) {
            Some(Kind::Sequence { .. }) => {
                Ok(self.events().items(self.at).map(|at| Self { file: self.file, at }).collect())
            }
            _ => Err(self.wrong(wanted)),
        }
    }

    /// The text of a scalar that is not empty.
    pub(super) fn text(self, wanted: &'static str) -> Result<&'f str, BumpError> {
        let written = self.events().get(self.at).is_some_and(|event| !event.bytes.is_empty());
        let text = self.events().scalar(self.at).filter(|text| written && !text.trim().is_empty());
        text.ok_or_else(|| self.wrong(wanted))
    }
}

impl<'f> Fields<'f> {
    pub(super) fn get(&self, key: &str) -> Option<Node<'f>> {
        self.pairs.iter().find(|(own, _)| *own == key).map(|(_, value)| *value)
    }

    pub(super) fn need(&self, key: &'static str) -> Result<Node<'f>, BumpError> {
        self.get(key).ok_or_else(|| self.node.fault(ConfigFault::MissingKey { key }))
    }
}
