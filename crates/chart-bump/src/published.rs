//! What is known of the published versions of a name.

use crate::source::Index;

/// The published versions, where anybody could be asked for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// All of them.
    Index(Index),
    /// An image whose registry cannot be asked: a tag is taken at its word.
    Unlisted {
        /// The image, without its tag.
        image: String,
        /// Why it cannot be asked.
        why: String,
    },
}

impl From<Index> for Published {
    fn from(index: Index) -> Self {
        Self::Index(index)
    }
}
