//! What is odd about a key that is accepted all the same.

/// An oddity of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Notice {
    /// A line ending follows the key; git-crypt itself refuses such a file.
    LineEnding,
    /// The format before git-crypt 0.4: 96 bytes without a header.
    Legacy,
    /// The bytes of the key file themselves, where base64 was expected.
    NotEncoded,
    /// Several versions: git-crypt seals with the newest and opens with the oldest alone.
    Versions(usize),
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LineEnding => {
                f.write_str("a line ending after the key is ignored here, but not by git-crypt")
            }
            Self::Legacy => {
                f.write_str("the key is of git-crypt before 0.4; `git-crypt migrate-key` renews its format")
            }
            Self::NotEncoded => f.write_str("the key is not encoded as base64"),
            Self::Versions(count) => {
                write!(
                    f,
                    "the key has {count} versions, of which git-crypt can only use one; the oldest seals"
                )
            }
        }
    }
}
