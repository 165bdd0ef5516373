//! Helm failed: why, and what it leaves behind.

use helm_release::{Revision, Status};
use names::ObjectRef;
use problem::Place;

use crate::{ApiStatus, Class};

/// A failure of Helm's, with everything that is known about it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failure {
    /// Why.
    pub class: Class,
    /// Helm's whole message; it may hold values.
    pub message: String,
    /// What the API server said no to last, in its own structured words.
    pub api: Option<ApiStatus>,
    /// The template or chart file and line that Helm names.
    pub place: Option<Place>,
    /// What is left behind.
    pub left: Left,
    /// How Helm ended, in words.
    pub exit: String,
}

/// What an operation leaves behind that did not succeed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Left {
    /// What is recorded about the release; nothing where Helm got no further than its preparations.
    pub record: Option<Record>,
    /// How many writes to objects had succeeded.
    pub written: usize,
    /// The last object that Helm wrote, or tried to.
    pub last: Option<ObjectRef>,
}

/// What is recorded about a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The revision.
    pub revision: Revision,
    /// Its status.
    pub status: Status,
}

impl Left {
    /// Whether anything in the cluster was changed, Helm's own record included: only then is there
    /// something to roll back.
    #[must_use]
    pub fn changed_anything(&self) -> bool {
        self.written > 0 || self.record.is_some()
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.class, self.message.trim())
    }
}
