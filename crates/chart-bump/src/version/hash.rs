//! The abbreviated hash of a commit.

use std::fmt;
use std::str::FromStr;

/// A commit as people and chart versions name it: 7 to 40 hexadecimal digits, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommitHash(String);

/// A text that names no commit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no commit hash of 7 to 40 hexadecimal digits")]
pub struct NotAHash(pub String);

impl CommitHash {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both can name the same commit: one is the beginning of the other.
    ///
    /// Git abbreviates to 7 digits and more as a repository grows, so the lengths differ.
    #[must_use]
    pub fn is_same_commit(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }
}

impl FromStr for CommitHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        if (7..=40).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(NotAHash(text.to_owned()))
        }
    }
}

impl fmt::Display for CommitHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
