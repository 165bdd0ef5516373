//! A deploy as Grafana shows it: opened at its start, closed with its outcome.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Error, Tags};

/// What is written when a deploy starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    pub(crate) start: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) text: String,
    pub(crate) link: Option<Url>,
}

impl Region {
    /// A region that starts at `start`.
    ///
    /// The tags must hold a `run:ID`: Grafana has no idempotent create, so after an answer that
    /// never came the annotation is searched by its tags before it is sent again.
    ///
    /// # Errors
    /// [`Error::Tags`] without a `run:ID`, [`Error::Text`] when the text is empty, [`Error::Time`]
    /// when the time is not after 1970.
    pub fn new(start: Timestamp, tags: Tags, text: impl Into<String>) -> Result<Self, Error> {
        if tags.get("run").and_then(|tag| tag.value()).is_none() {
            return Err(Error::Tags { reason: "there is no `run:ID` by which to find it again".into() });
        }
        after_1970(start)?;
        Ok(Self { start, tags, text: not_empty(text)?, link: None })
    }

    /// Adds a link to the run. It goes into the annotation's `data`, because a tag cannot hold it.
    #[must_use]
    pub fn with_link(mut self, link: Url) -> Self {
        self.link = Some(link);
        self
    }
}

/// What is written when it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub(crate) end: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) text: String,
}

impl Outcome {
    /// An outcome at `end`. Its tags are added to those of the start, such as `outcome:done`; its
    /// text takes the place of the first.
    ///
    /// # Errors
    /// [`Error::Text`] when the text is empty, [`Error::Time`] when the time is not after 1970.
    pub fn new(end: Timestamp, tags: Tags, text: impl Into<String>) -> Result<Self, Error> {
        after_1970(end)?;
        Ok(Self { end, tags, text: not_empty(text)? })
    }
}

/// An open region: what is needed to close it, also by another process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// Grafana's number of the annotation.
    pub id: i64,
    /// Its start.
    pub start: Timestamp,
    /// Its tags. Closing sends the full set: Grafana replaces them all.
    pub tags: Tags,
}

impl Marker {
    /// The end to send, in milliseconds. Grafana swaps an end before the start with it, and a wrong
    /// clock would move the start: such an end becomes the start.
    pub(crate) fn end_ms(&self, outcome: &Outcome) -> i64 {
        outcome.end.as_millisecond().max(self.start.as_millisecond())
    }
}

/// Grafana ignores a zero, and takes a negative time as it is.
fn after_1970(time: Timestamp) -> Result<(), Error> {
    if time.as_millisecond() > 0 { Ok(()) } else { Err(Error::Time { time }) }
}

/// Grafana refuses an empty text in a POST and ignores it in a PATCH.
fn not_empty(text: impl Into<String>) -> Result<String, Error> {
    let text = text.into();
    if text.trim().is_empty() { Err(Error::Text) } else { Ok(text) }
}
