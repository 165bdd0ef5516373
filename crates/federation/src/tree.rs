//! A YAML text as a tree of nodes that know their bytes.
//!
//! The tree is read before any key is judged, so that one parse reports every mistake and not
//! only the first.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

/// Bytes of the text: where they start and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) len: usize,
}

/// A value with its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

impl Node {
    /// The text of a key, where this is a table that has it.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        let Value::Map(entries) = &self.value else { return None };
        match &entries.iter().find(|(word, _)| word.text == key)?.1.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }
}

/// A text with its bytes: a key, or a scalar as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// What YAML can say. A number keeps its digits: a chart version `1.10` is not `1.1`.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Flag(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Word, Node)>),
}

impl Value {
    /// The value's kind in an operator's words.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a table",
        }
    }
}

/// Why a text is not YAML.
pub(crate) struct Broken {
    pub(crate) why: String,
    /// The key, where it stands in its table for the second time.
    pub(crate) duplicate: Option<String>,
    pub(crate) span: Option<Span>,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// Deeper than any file of ours, shallower than any stack.
const MAX_DEPTH: usize = 40;

pub(crate) fn parse(text: &str) -> Result<Node, Broken> {
    let mut options = serde_saphyr::Options::default();
    // YAML 1.2: `on` and `yes` are words.
    options.strict_booleans = true;
    options.with_snippet = false;
    options.non_finite_float_policy = serde_saphyr::NonFiniteFloatPolicy::PassThrough;
    if let Some(budget) = options.budget.as_mut() {
        budget.max_depth = MAX_DEPTH;
    }
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => Ok(node(raw, text)),
        Err(error) => Err(broken(&error, text)),
    }
}

fn broken(error: &serde_saphyr::Error, text: &str) -> Broken {
    let error = error.without_snippet();
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let duplicate = match error {
        serde_saphyr::Error::DuplicateMappingKey { key, .. } => key.clone(),
        _ => None,
    };
    // The renderer appends the place, which a problem shows better.
    let why = error.render();
    let why = why.rsplit_once(" at line ").map_or(why.as_str(), |(head, _)| head).to_owned();
    let number = |n: u64| usize::try_from(n).unwrap_or(0);
    Broken {
        why,
        duplicate,
        span: location.span().byte_offset().map(|_| span(location, text)),
        line: number(location.line()),
        column: number(location.column()),
    }
}

fn span(location: Location, text: &str) -> Span {
    let bytes = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let start = bytes(location.span().byte_offset()).min(text.len());
    let len = bytes(location.span().byte_len()).min(text.len() - start);
    Span { start, len }
}

fn word(raw: Spanned<String>, text: &str) -> Word {
    Word { span: span(raw.defined, text), text: raw.value }
}

fn node(raw: Spanned<Raw>, text: &str) -> Node {
    let span = span(raw.defined, text);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Flag(flag) => Value::Flag(flag),
        Raw::Number => {
            let digits = text.get(span.start..span.start + span.len).unwrap_or_default();
            Value::Number(digits.trim().to_owned())
        }
        Raw::Text(text) => Value::Text(text),
        Raw::List(items) => Value::List(items.into_iter().map(|item| node(item, text)).collect()),
        Raw::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (word(key, text), node(value, text))).collect())
        }
    };
    // A block's own span is one point: its first key shows better where it begins.
    let span = match &value {
        Value::Map(entries) if span.len == 0 => entries.first().map_or(span, |(key, _)| key.span),
        _ => span,
    };
    Node { value, span }
}

/// The tree as serde hands it over.
enum Raw {
    Null,
    Flag(bool),
    Number,
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("YAML")
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Raw, E> {
        Ok(Raw::Flag(flag))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Number)
    }
    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Number)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Number)
    }
    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Number)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Number)
    }
    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}
