//! What can keep the stand-ins from serving.

use problem::{Code, Diagnose, Entry};
use std::borrow::Cow;

/// Why the stand-ins cannot serve, or no longer do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The listener refuses connections again and again.
    #[error("cannot accept connections")]
    Accept {
        /// What the operating system said last.
        #[source]
        source: std::io::Error,
    },
    /// A recording that is built in does not follow the format of the captures.
    #[error("recording `{name}` breaks its format at line {line}: {reason}")]
    Recording {
        /// The recording.
        name: &'static str,
        /// Line of its file, from 1.
        line: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes for a token")]
    Random {
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
}

const ACCEPT: Code = Code::new("stand_ins.accept");
const RECORDING: Code = Code::new("stand_ins.recording");
const RANDOM: Code = Code::new("stand_ins.random");

/// Every problem of this crate.
pub const PROBLEMS: &[Entry] = &[
    Entry {
        code: ACCEPT,
        means: "The stand-ins' listener refused a hundred connections in a row.",
        next: "Raise the limit of open files, or free the port, and start the sandbox again.",
    },
    Entry {
        code: RECORDING,
        means: "A recording under fixtures/binderhub was changed and no longer parses.",
        next: "Restore the file: every `#@ SECONDS NBYTES` line is followed by exactly NBYTES bytes.",
    },
    Entry {
        code: RANDOM,
        means: "The operating system could not give the random bytes of a token.",
        next: "Look at the system's entropy source, then start the sandbox again.",
    },
];

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::Accept { .. } => ACCEPT,
            Self::Recording { .. } => RECORDING,
            Self::Random { .. } => RANDOM,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        let code = self.code();
        PROBLEMS.iter().find(|entry| entry.code == code).map(|entry| entry.next.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every() -> Vec<Error> {
        vec![
            Error::Accept { source: std::io::Error::from_raw_os_error(24) },
            Error::Recording { name: "ready-found-image", line: 4, reason: "no such number of bytes" },
            Error::Random { source: std::io::Error::from_raw_os_error(38) },
        ]
    }

    #[test]
    fn every_problem_has_its_words() {
        let text: Vec<String> =
            every().iter().map(|e| format!("{}: {e}\n  {}", e.code(), e.help().unwrap())).collect();
        insta::assert_snapshot!(text.join("\n"), @"
        stand_ins.accept: cannot accept connections
          Raise the limit of open files, or free the port, and start the sandbox again.
        stand_ins.recording: recording `ready-found-image` breaks its format at line 4: no such number of bytes
          Restore the file: every `#@ SECONDS NBYTES` line is followed by exactly NBYTES bytes.
        stand_ins.random: no random bytes for a token
          Look at the system's entropy source, then start the sandbox again.
        ");
    }

    #[test]
    fn the_table_covers_every_code() {
        for error in every() {
            assert!(PROBLEMS.iter().any(|entry| entry.code == error.code()), "{error}");
        }
        assert_eq!(PROBLEMS.len(), every().len());
    }
}
