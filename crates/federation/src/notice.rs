//! A key that is read and that no run acts on yet.

use problem::Place;

use crate::Error;

/// One use of a key that this version does not act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The key with its tables: `waves[].window`.
    pub key: String,
    /// Where it stands.
    pub place: Place,
}

impl From<Notice> for Error {
    fn from(notice: Notice) -> Self {
        Self::NotYet { place: Box::new(notice.place), key: notice.key }
    }
}
