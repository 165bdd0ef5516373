//! What a controller or a kubelet said about an object.

use serde::Deserialize;

use super::lenient;
use super::meta::Meta;

/// A core/v1 Event. The name avoids a clash with the events of a watch.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The event's own name.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// What it is about.
    #[serde(default, deserialize_with = "lenient::field")]
    pub involved_object: Involved,
    /// One word: `FailedMount`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub reason: String,
    /// One sentence.
    #[serde(default, deserialize_with = "lenient::field")]
    pub message: String,
    /// How often so far.
    #[serde(default, deserialize_with = "lenient::count")]
    pub count: i64,
    /// When last, by the server's clock, in whole seconds.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub last_timestamp: Option<jiff::Timestamp>,
    /// When first, by the server's clock, in whole seconds.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub first_timestamp: Option<jiff::Timestamp>,
    /// When, as newer reporters write it.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub event_time: Option<jiff::Timestamp>,
    /// How often so far, as newer reporters write it.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub series: Option<Series>,
}

/// The repetition of an event.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    /// How often so far.
    #[serde(default, deserialize_with = "lenient::count")]
    pub count: i64,
    /// When last.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub last_observed_time: Option<jiff::Timestamp>,
}

/// What an event is about.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Involved {
    /// Kind.
    #[serde(default, deserialize_with = "lenient::field")]
    pub kind: String,
    /// Identity.
    #[serde(default, deserialize_with = "lenient::field")]
    pub uid: String,
    /// The container, where there is one: `spec.containers{app}`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub field_path: String,
}

impl Notice {
    /// How often it happened, at least once.
    #[must_use]
    pub fn times(&self) -> i64 {
        self.series.as_ref().map_or(self.count, |series| series.count).max(self.count).max(1)
    }

    /// When it happened last, as far as the reporter says.
    pub(crate) fn last(&self) -> Option<jiff::Timestamp> {
        let series = self.series.as_ref().and_then(|series| series.last_observed_time);
        self.last_timestamp.or(series).or(self.event_time)
    }

    /// When it happened first, as far as the reporter says.
    pub(crate) fn first(&self) -> Option<jiff::Timestamp> {
        self.first_timestamp.or(self.event_time).or(self.last())
    }

    /// The container that the event names.
    #[must_use]
    pub fn container(&self) -> Option<&str> {
        let (_, rest) = self.involved_object.field_path.split_once('{')?;
        rest.strip_suffix('}')
    }
}
