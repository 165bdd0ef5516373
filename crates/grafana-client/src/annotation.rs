//! What Grafana says back.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::{Error, Marker, Tags};

/// A stored annotation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Annotation {
    /// Its number.
    pub id: i64,
    /// Its start in milliseconds.
    pub time: i64,
    /// Its end in milliseconds; a point ends where it starts.
    #[serde(default)]
    pub time_end: i64,
    /// Its text.
    #[serde(default)]
    pub text: String,
    /// Its tags, whoever wrote them: they need not be tags that this crate would send.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What else was stored with it.
    #[serde(default)]
    pub data: Value,
}

impl Annotation {
    /// Whether it has not been closed: a point.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.time_end <= self.time
    }

    /// The marker to close it with.
    ///
    /// # Errors
    /// [`Error::Tag`], [`Error::Tags`] or [`Error::Time`] when somebody else wrote it in a way that
    /// closing it would change.
    pub fn marker(&self) -> Result<Marker, Error> {
        let start =
            Timestamp::from_millisecond(self.time).map_err(|_| Error::Time { time: Timestamp::MIN })?;
        Ok(Marker { id: self.id, start, tags: Tags::parse(self.tags.iter().map(String::as_str))? })
    }
}

/// What `/api/health` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Health {
    /// The version; Grafana can be told to hide it.
    pub version: Option<String>,
    /// `ok` when its database answers.
    pub database: String,
}
