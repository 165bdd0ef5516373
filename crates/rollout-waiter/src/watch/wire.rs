//! What a server writes into a list or a watch, read in one pass.

use std::fmt;

use kube::core::Status;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::model::{Kind, Meta, Object, OfKind};

/// The annotation of the bookmark that ends a list which is streamed.
const END_OF_LIST: &str = "k8s.io/initial-events-end";

/// One line of a watch.
#[derive(Debug)]
pub(super) enum Line {
    /// An object is there and looks like this.
    Seen(Object),
    /// An object is gone and last looked like this.
    Gone(Object),
    /// Nothing older than this version is still to come.
    Bookmark {
        /// From here on a later watch goes on.
        version: String,
        /// Whether this ends a list that is streamed.
        ends_list: bool,
    },
    /// The server ends the watch.
    Error(Box<Status>),
}

/// A list in one piece.
#[derive(Debug)]
pub(super) struct List {
    /// From here on a watch goes on.
    pub(super) version: String,
    pub(super) items: Vec<Object>,
}

/// Reads a line about objects of a kind; an empty or unknown one, or half of one at the end, is nothing.
pub(super) fn line(kind: Kind, text: &[u8]) -> Option<Line> {
    // One look at the whole line is cheaper than one at each of its hundred texts.
    let text = std::str::from_utf8(text).ok()?;
    OfLine(kind).deserialize(&mut serde_json::Deserializer::from_str(text)).ok().flatten()
}

/// Reads a list of objects of a kind.
pub(super) fn list(kind: Kind, text: &[u8]) -> Result<List, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let list = OfList(kind).deserialize(&mut json)?;
    json.end().map(|()| list)
}

/// The metadata of whatever is not an object of ours.
#[derive(Debug, Default, Deserialize)]
struct Bare {
    #[serde(default)]
    metadata: BareMeta,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BareMeta {
    #[serde(default)]
    resource_version: String,
    #[serde(default)]
    annotations: Option<serde_json::Map<String, Value>>,
}

struct OfLine(Kind);

impl<'de> DeserializeSeed<'de> for OfLine {
    type Value = Option<Line>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Option<Line>, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OfLine {
    type Value = Option<Line>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a line of a watch")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Line>, A::Error> {
        let (mut what, mut early, mut line) = (String::new(), None, None);
        while let Some(name) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            match name.as_ref() {
                "type" => what = map.next_value()?,
                // Servers write the type first; whoever does not is read by way of a tree.
                "object" if what.is_empty() => early = Some(map.next_value::<Value>()?),
                "object" => line = map.next_value_seed(OfBody { kind: self.0, what: &what })?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match early {
            Some(object) => {
                OfBody { kind: self.0, what: &what }.deserialize(object).map_err(A::Error::custom)
            }
            None => Ok(line),
        }
    }
}

struct OfBody<'a> {
    kind: Kind,
    what: &'a str,
}

impl<'de> DeserializeSeed<'de> for OfBody<'_> {
    type Value = Option<Line>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Option<Line>, D::Error> {
        Ok(Some(match self.what {
            "ADDED" | "MODIFIED" => Line::Seen(OfKind(self.kind).deserialize(json)?),
            "DELETED" => Line::Gone(OfKind(self.kind).deserialize(json)?),
            "BOOKMARK" => {
                let BareMeta { resource_version: version, annotations } = Bare::deserialize(json)?.metadata;
                let ends_list = annotations.is_some_and(|it| it.contains_key(END_OF_LIST));
                Line::Bookmark { version, ends_list }
            }
            "ERROR" => Line::Error(Box::new(Status::deserialize(json)?)),
            _ => {
                IgnoredAny::deserialize(json)?;
                return Ok(None);
            }
        }))
    }
}

struct OfList(Kind);

impl<'de> DeserializeSeed<'de> for OfList {
    type Value = List;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<List, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OfList {
    type Value = List;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<List, A::Error> {
        let mut list = List { version: String::new(), items: Vec::new() };
        while let Some(name) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            match name.as_ref() {
                "metadata" => list.version = map.next_value::<Meta>()?.resource_version,
                "items" => list.items = map.next_value_seed(OfItems(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(list)
    }
}

struct OfItems(Kind);

impl<'de> DeserializeSeed<'de> for OfItems {
    type Value = Vec<Object>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Vec<Object>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OfItems {
    type Value = Vec<Object>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("objects")
    }

    /// An empty list may be written as `null`.
    fn visit_unit<E: Error>(self) -> Result<Vec<Object>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Object>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(OfKind(self.0))? {
            items.push(item);
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(text: &str) -> Option<Line> {
        line(Kind::Pod, text.as_bytes())
    }

    #[test]
    fn a_line_is_read_in_either_order() {
        for text in [
            r#"{"type": "ADDED", "object": {"kind": "Pod", "metadata": {"name": "a"}}}"#,
            r#"{"object": {"kind": "Pod", "metadata": {"name": "a"}}, "type": "MODIFIED"}"#,
        ] {
            assert!(matches!(pod(text), Some(Line::Seen(object)) if object.meta().name == "a"), "{text}");
        }
        let gone = pod(r#"{"type": "DELETED", "object": {"metadata": {"name": "a", "labels": 7}}}"#);
        assert!(matches!(gone, Some(Line::Gone(object)) if object.meta().name == "a"));
    }

    #[test]
    fn the_end_of_a_streamed_list_is_told_from_other_bookmarks() {
        let bookmark = |annotations: &str| {
            let metadata = format!(r#"{{"resourceVersion": "7"{annotations}}}"#);
            match pod(&format!(r#"{{"type": "BOOKMARK", "object": {{"metadata": {metadata}}}}}"#)) {
                Some(Line::Bookmark { version, ends_list }) => (version, ends_list),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(bookmark(""), ("7".to_owned(), false));
        assert_eq!(
            bookmark(r#", "annotations": {"k8s.io/initial-events-end": "true"}"#),
            ("7".to_owned(), true)
        );
    }

    #[test]
    fn what_is_no_line_is_nothing() {
        for text in [
            "",
            "{",
            r#"{"type": "ADDED", "object": {"metadata": {"na"#,
            r#"{"type": "NEW", "object": {}}"#,
            "[]",
        ] {
            assert!(pod(text).is_none(), "{text}");
        }
        let status = r#"{"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}"#;
        assert!(matches!(pod(status), Some(Line::Error(status)) if status.code == 410));
    }

    #[test]
    fn a_list_is_read_with_its_version() {
        let text = r#"{"kind": "PodList", "metadata": {"resourceVersion": "9"}, "items": [{"metadata": {"name": "a"}}, {}]}"#;
        let read = list(Kind::Pod, text.as_bytes()).unwrap();
        assert_eq!((read.version.as_str(), read.items.len()), ("9", 2));
        assert!(list(Kind::Pod, br#"{"metadata": {}, "items": null}"#).unwrap().items.is_empty());
        assert!(list(Kind::Pod, br#"{"items": [{"metadata""#).is_err());
    }
}
