//! What can be wrong with an event log.

use problem::{Code, Diagnose, Entry};
use std::borrow::Cow;

/// A log that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A line is not an event.
    #[error("line {line} of the event log is not an event")]
    NotAnEvent {
        /// The line, from one.
        line: usize,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// The log was written by a newer major version.
    #[error("line {line} of the event log has version {found}, this program knows {known}")]
    Version {
        /// The line, from one.
        line: usize,
        /// The version found.
        found: u32,
        /// The newest known.
        known: u32,
    },
}

const NOT_AN_EVENT: Code = Code::new("events.not_an_event");
const VERSION: Code = Code::new("events.version");

/// All problems of this crate.
pub const PROBLEMS: &[Entry] = &[
    Entry {
        code: NOT_AN_EVENT,
        means: "A line of an event log is no event.",
        next: "Check that the file is the JSON lines log of a run.",
    },
    Entry {
        code: VERSION,
        means: "The event log is of a newer version.",
        next: "Use the version of deploy that wrote it, or a newer one.",
    },
];

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::NotAnEvent { .. } => NOT_AN_EVENT,
            Self::Version { .. } => VERSION,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        PROBLEMS.iter().find(|entry| entry.code == self.code()).map(|entry| entry.next.into())
    }
}
