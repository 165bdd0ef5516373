//! Tags that Grafana stores as they are and finds again.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// What the JSON text of all tags of one annotation may have in bytes; Grafana's default for
/// `[annotations] tags_length`.
const TAGS_LENGTH: usize = 500;

/// One tag: `KEY` or `KEY:VALUE`.
///
/// Grafana splits at the first colon and drops what follows a second one, so a second colon is
/// refused here. It trims what a POST sends, so blanks at the ends are refused. Case counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

impl Tag {
    /// What stands before the colon.
    #[must_use]
    pub fn key(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// What stands behind the colon, where there is one.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.0.split_once(':').map(|(_, value)| value)
    }

    /// The tag as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tag {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |reason| Err(Error::Tag { tag: crate::wire::clean(text), reason });
        let mut parts = text.split(':');
        let (key, value) = (parts.next().unwrap_or_default(), parts.next());
        if key.is_empty() || value == Some("") {
            return refuse("a tag is KEY or KEY:VALUE");
        }
        if parts.next().is_some() {
            return refuse("Grafana drops what follows a second colon");
        }
        if [Some(key), value].into_iter().flatten().any(|part| part.trim() != part) {
            return refuse("Grafana trims blanks at the ends");
        }
        if text.chars().any(char::is_control) {
            return refuse("it holds a control character");
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Tag {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The tags of one annotation: no tag twice, and never a key both bare and with a value.
///
/// Grafana counts matching tags: an annotation with `deployment-start` and `deployment-start:x`
/// has two for the query `deployment-start`, and is not found by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Tag>", into = "Vec<Tag>")]
pub struct Tags(Vec<Tag>);

impl Tags {
    /// A set of tags, in the given order.
    ///
    /// # Errors
    /// [`Error::Tags`] when there are none, when a key stands there both bare and with a value, or
    /// when they are longer than Grafana stores.
    pub fn new(tags: impl IntoIterator<Item = Tag>) -> Result<Self, Error> {
        let mut unique: Vec<Tag> = Vec::new();
        for tag in tags {
            if !unique.contains(&tag) {
                unique.push(tag);
            }
        }
        let bare = unique.iter().filter(|tag| tag.value().is_none());
        for tag in bare {
            if unique.iter().any(|other| other.value().is_some() && other.key() == tag.key()) {
                let key = tag.key().to_owned();
                return Err(Error::Tags { reason: format!("`{key}` stands there bare and with a value") });
            }
        }
        // An empty list is not "no change" to Grafana: it takes every tag away.
        if unique.is_empty() {
            return Err(Error::Tags { reason: "there are none".into() });
        }
        let length = serde_json::to_string(&unique).map_or(usize::MAX, |json| json.len());
        if length > TAGS_LENGTH {
            let reason = format!("they are {length} bytes long, and Grafana stores {TAGS_LENGTH}");
            return Err(Error::Tags { reason });
        }
        Ok(Self(unique))
    }

    /// Parses and checks them all.
    ///
    /// # Errors
    /// [`Error::Tag`] for the first that is no tag, [`Error::Tags`] as in [`Tags::new`].
    pub fn parse<'a>(tags: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        Self::new(tags.into_iter().map(str::parse).collect::<Result<Vec<Tag>, Error>>()?)
    }

    /// These tags and `more`; a key of `more` takes the place of the same key here.
    ///
    /// # Errors
    /// [`Error::Tags`] when the sum is longer than Grafana stores.
    pub fn with(&self, more: &Self) -> Result<Self, Error> {
        let kept = self.0.iter().filter(|tag| more.0.iter().all(|other| other.key() != tag.key()));
        Self::new(kept.chain(&more.0).cloned())
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.0.iter()
    }

    /// The tag of that key, where there is one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Tag> {
        self.0.iter().find(|tag| tag.key() == key)
    }

    /// Whether `stored` are the same tags, in any order.
    pub(crate) fn are(&self, stored: &[String]) -> bool {
        stored.len() == self.0.len()
            && self.0.iter().all(|tag| stored.iter().any(|other| other == tag.as_str()))
    }
}

impl TryFrom<Vec<Tag>> for Tags {
    type Error = Error;

    fn try_from(tags: Vec<Tag>) -> Result<Self, Error> {
        Self::new(tags)
    }
}

impl From<Tags> for Vec<Tag> {
    fn from(tags: Tags) -> Self {
        tags.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_grafana_would_change_is_no_tag() {
        for text in ["chart", "member:prod", "b c", "é", "key:a/b.c", "1"] {
            assert_eq!(text.parse::<Tag>().unwrap().as_str(), text);
        }
        for text in [
            "",
            ":",
            ":value",
            "key:",
            "k:v:w",
            "run:https://ci.example/run/1",
            "image:ghcr.io/x/y:1.2.3",
            " padded",
            "padded ",
            "k: v",
            "a\nb",
        ] {
            assert!(matches!(text.parse::<Tag>(), Err(Error::Tag { .. })), "{text:?}");
        }
    }

    #[test]
    fn a_key_is_bare_or_has_values() {
        assert!(Tags::parse(["deployment-start", "deployment-start:x"]).is_err());
        assert!(Tags::parse(["deployment-start:x", "deployment-start"]).is_err());
        assert!(Tags::parse(["member:prod", "member:ovh", "deployment-start"]).is_ok());
        assert!(Tags::parse([]).is_err());
        assert_eq!(Tags::parse(["a", "b", "a"]).unwrap().iter().count(), 2);
    }

    #[test]
    fn the_limit_is_of_the_joined_text() {
        let tag = |n: usize| format!("{n:0>96}");
        let five: Vec<String> = (0..5).map(tag).collect();
        // 5 tags of 96 and their quotes, 4 commas, 2 brackets: 496.
        assert!(Tags::parse(five.iter().map(String::as_str)).is_ok());
        let long = format!("{}xxxxx", five[4]);
        assert!(Tags::parse(five.iter().take(4).map(String::as_str).chain([long.as_str()])).is_err());
    }

    #[test]
    fn an_outcome_replaces_the_tag_of_its_key() {
        let open = Tags::parse(["deployment-start", "run:1", "outcome:running"]).unwrap();
        let closed = open.with(&Tags::parse(["outcome:done"]).unwrap()).unwrap();
        assert_eq!(closed, Tags::parse(["deployment-start", "run:1", "outcome:done"]).unwrap());
        let bare = open.with(&Tags::parse(["outcome"]).unwrap()).unwrap();
        assert_eq!(bare, Tags::parse(["deployment-start", "run:1", "outcome"]).unwrap());
    }

    proptest! {
        #[test]
        fn a_tag_survives_grafana(text in "[ :a-c]{0,8}") {
            if let Ok(tag) = text.parse::<Tag>() {
                // What a real Grafana does to a POST: trim, split at colons, keep the first two parts.
                let stored: Vec<&str> = text.trim().split(':').take(2).map(str::trim).collect();
                prop_assert_eq!(stored.join(":"), tag.as_str());
            }
        }
    }
}
