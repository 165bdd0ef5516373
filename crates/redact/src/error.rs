//! What can go wrong when a masker is built.

use std::borrow::Cow;

use problem::{Code, Diagnose, Entry};

/// Why no masker could be built; nothing may be printed without one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The secrets together are too large to look for all of them in everything that is said.
    #[error("the secrets have more than {limit} bytes together, up to {tag}")]
    TooMuch {
        /// The most that is looked for, in bytes.
        limit: usize,
        /// The secret that was one too many.
        tag: String,
    },
}

const TOO_MUCH: Code = Code::new("redact.too_much");

/// Every code of this crate.
pub const PROBLEMS: &[Entry] = &[Entry {
    code: TOO_MUCH,
    means: "The secrets together are too large to be masked.",
    next: "Move large data that is no secret out of the encrypted files.",
}];

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::TooMuch { .. } => TOO_MUCH,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        let code = self.code();
        PROBLEMS.iter().find(|entry| entry.code == code).map(|entry| entry.next.into())
    }
}
