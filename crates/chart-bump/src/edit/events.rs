//! A YAML text as a flat list of events, each with its bytes and where its node ends.

use std::ops::Range;

use camino::Utf8Path;
use granit_parser::{Event as Parsed, Options, Parser, ScalarStyle, StructureStyle, Tag};
use problem::Place;

use crate::error::BumpError;

/// What an event says; spans are kept apart, so that two lists can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Scalar { value: String, style: ScalarStyle, tag: Option<String>, flow: bool },
    Alias(usize),
    Sequence { style: StructureStyle, tag: Option<String> },
    Mapping { style: StructureStyle, tag: Option<String> },
    End,
}

/// One event: what it says and which bytes say it.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: Kind,
    pub(crate) bytes: Range<usize>,
    /// The anchor that this node defines; zero for none.
    pub(crate) anchor: usize,
    /// The index of the event behind this node.
    pub(crate) after: usize,
}

/// All events of a text, comments and markers left out.
#[derive(Debug)]
pub(crate) struct Events {
    list: Vec<Event>,
}

impl Events {
    /// Reads the whole text, so that a file that breaks further down is never edited.
    pub(crate) fn read(file: &Utf8Path, text: &str) -> Result<Self, BumpError> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        let mut reading = Reading::default();
        for parsed in Parser::new_from_str_with_options(text, options) {
            let (event, span) = parsed.map_err(|error| broken(file, text, &error))?;
            let bytes = span.byte_range().unwrap_or_default();
            reading.push(event, bytes);
        }
        Ok(Self { list: reading.list })
    }

    pub(crate) fn list(&self) -> &[Event] {
        &self.list
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Event> {
        self.list.get(at)
    }

    /// The root node of every document.
    pub(crate) fn roots(&self) -> impl Iterator<Item = usize> {
        self.list.iter().enumerate().filter(|(_, event)| event.kind == Kind::Document).map(|(at, _)| at + 1)
    }

    /// Keys and values of the mapping at `at`.
    pub(crate) fn pairs(&self, at: usize) -> impl Iterator<Item = (usize, usize)> {
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let value = self.child(next)?;
            let key = std::mem::replace(&mut next, self.child(value)?);
            Some((key, value))
        })
    }

    /// The items of the sequence at `at`.
    pub(crate) fn items(&self, at: usize) -> impl Iterator<Item = usize> {
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let after = self.child(next)?;
            Some(std::mem::replace(&mut next, after))
        })
    }

    fn child(&self, at: usize) -> Option<usize> {
        self.get(at).filter(|event| event.kind != Kind::End).map(|event| event.after)
    }

    /// The value of the scalar at `at`.
    pub(crate) fn scalar(&self, at: usize) -> Option<&str> {
        match &self.get(at)?.kind {
            Kind::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The value of the first key `key` of the mapping at `at`, where there is one.
    pub(crate) fn value_of(&self, at: usize, key: &str) -> Option<usize> {
        if !matches!(self.get(at)?.kind, Kind::Mapping { .. }) {
            return None;
        }
        self.pairs(at).find(|(name, _)| self.scalar(*name) == Some(key)).map(|(_, value)| value)
    }
}

#[derive(Default)]
struct Reading {
    list: Vec<Event>,
    open: Vec<usize>,
    flow: usize,
}

impl Reading {
    fn push(&mut self, event: Parsed<'_>, bytes: Range<usize>) {
        let at = self.list.len();
        let (kind, anchor) = match event {
            Parsed::DocumentStart(..) => (Kind::Document, 0),
            Parsed::Scalar(value, style, anchor, tag) => {
                let tag = tag.as_deref().map(full_tag);
                (Kind::Scalar { value: value.into_owned(), style, tag, flow: self.flow > 0 }, anchor)
            }
            Parsed::Alias(anchor) => (Kind::Alias(anchor), 0),
            Parsed::SequenceStart(style, anchor, tag) => {
                (Kind::Sequence { style, tag: tag.as_deref().map(full_tag) }, anchor)
            }
            Parsed::MappingStart(style, anchor, tag) => {
                (Kind::Mapping { style, tag: tag.as_deref().map(full_tag) }, anchor)
            }
            Parsed::SequenceEnd | Parsed::MappingEnd | Parsed::DocumentEnd => (Kind::End, 0),
            _ => return,
        };
        match &kind {
            Kind::Document | Kind::Sequence { .. } | Kind::Mapping { .. } => self.open.push(at),
            Kind::End => {
                if let Some(start) = self.open.pop().and_then(|start| self.list.get_mut(start)) {
                    start.after = at + 1;
                    self.flow -= usize::from(is_flow(&start.kind));
                }
            }
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
        self.flow += usize::from(is_flow(&kind));
        self.list.push(Event { kind, bytes, anchor, after: at + 1 });
    }
}

fn is_flow(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Sequence { style: StructureStyle::Flow, .. }
            | Kind::Mapping { style: StructureStyle::Flow, .. }
    )
}

fn full_tag(tag: &Tag) -> String {
    format!("{}{}", tag.handle(), tag.suffix())
}

/// A parser names the token that it was reading; an operator looks for the tab or the line.
fn broken(file: &Utf8Path, text: &str, error: &granit_parser::ScanError) -> BumpError {
    let offset = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    let line_start = text.get(..offset).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
    if let Some(tab) = tab_indent(text, line_start) {
        return BumpError::Tab { place: Place::in_text(file, text, tab, 1).into() };
    }
    BumpError::BrokenYaml {
        place: Place::in_text(file, text, offset, 1).into(),
        reason: error.kind().to_string(),
    }
}

/// The first tab that indents the line at `from` or the line behind it.
fn tab_indent(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    for line in text.get(from..)?.split_inclusive('\n').take(2) {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..indent).and_then(|blank| blank.find('\t')) {
            return Some(at + tab);
        }
        at += line.len();
    }
    None
}
