//! What can be wrong with a sink.

use camino::Utf8PathBuf;
use problem::{Code, Diagnose, Entry, Place};
use std::borrow::Cow;

/// A sink that does not take events.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The log file cannot be written.
    #[error("the event log cannot be written")]
    LogFile {
        /// The file.
        path: Utf8PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A stream (terminal, pipe) cannot be written.
    #[error("the {name} output cannot be written")]
    Stream {
        /// Which.
        name: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A sink is too slow.
    #[error("the sink `{name}` is too slow, events were lost to it")]
    Lagging {
        /// Which.
        name: String,
    },
}

const LOG_FILE: Code = Code::new("sink.log_file");
const STREAM: Code = Code::new("sink.stream");
const LAGGING: Code = Code::new("sink.lagging");

/// All problems of this crate.
pub const PROBLEMS: &[Entry] = &[
    Entry {
        code: LOG_FILE,
        means: "The event log cannot be written.",
        next: "Check the disk and the folder; the run itself is not affected.",
    },
    Entry {
        code: STREAM,
        means: "Standard output or error cannot be written.",
        next: "The reader of the pipe has gone; the run itself is not affected, see its log file.",
    },
    Entry {
        code: LAGGING,
        means: "A surface could not keep up with the events.",
        next: "Look at the log file of the run, which is whole.",
    },
];

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::LogFile { .. } => LOG_FILE,
            Self::Stream { .. } => STREAM,
            Self::Lagging { .. } => LAGGING,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        PROBLEMS.iter().find(|entry| entry.code == self.code()).map(|entry| entry.next.into())
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::LogFile { path, .. } => Some(Place::new(path.clone(), 0, 0)),
            _ => None,
        }
    }
}
