//! What can be wrong with a stored release.

use std::borrow::Cow;

use problem::{Code, Diagnose, Entry};

/// A stored release that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The payload is not base64.
    #[error("the stored release is not base64")]
    Base64(#[source] base64::DecodeError),
    /// The payload begins like gzip and breaks off or is damaged.
    #[error("the stored release cannot be decompressed")]
    Gzip(#[source] std::io::Error),
    /// The payload unpacks to more than any release can be.
    #[error("the stored release unpacks to more than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The payload is not the JSON of a release.
    #[error("the stored release is not JSON")]
    Json(#[source] serde_json::Error),
    /// A field without which a release is none is missing or wrong.
    #[error("the stored release has no usable `{field}`")]
    Field {
        /// The field in Helm's JSON.
        field: &'static str,
    },
}

const UNREADABLE: Code = Code::new("release.unreadable");
const TOO_LARGE: Code = Code::new("release.too_large");

/// Every problem of this crate.
pub const PROBLEMS: &[Entry] = &[
    Entry {
        code: UNREADABLE,
        means: "a Secret of a Helm release holds something that is not a release",
        next: "look at the Secret with kubectl; a damaged revision can be deleted when it is not the live one",
    },
    Entry {
        code: TOO_LARGE,
        means: "a Secret of a Helm release unpacks to more than a release can be",
        next: "look at the Secret with kubectl; Helm did not write it",
    },
];

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => TOO_LARGE,
            Self::Base64(_) | Self::Gzip(_) | Self::Json(_) | Self::Field { .. } => UNREADABLE,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        PROBLEMS.iter().find(|entry| entry.code == self.code()).map(|entry| Cow::Borrowed(entry.next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_says_what_and_what_next() {
        let gzip = std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "unexpected end of file");
        let errors = [
            Error::Base64(base64::DecodeError::InvalidLength(3)),
            Error::Gzip(gzip),
            Error::TooLarge { limit: 5 },
            Error::Json(serde_json::from_str::<u8>("{").unwrap_err()),
            Error::Field { field: "name" },
        ];
        let text: Vec<String> = errors
            .iter()
            .map(|error| format!("{}: {error} | {}", error.code(), error.help().unwrap_or_default()))
            .collect();
        insta::assert_snapshot!(text.join("\n"));
        for error in &errors {
            assert!(PROBLEMS.iter().any(|entry| entry.code == error.code()));
        }
    }
}
