//! What an upgrade would write.

mod assemble;
mod canonical;
mod prediction;

pub use prediction::{PredictedWrite, Prediction};

use helm_release::{Release, Revision};
use names::ObjectRef;
use serde::Serialize;

use crate::Error;
use crate::Verb;
use crate::command::Command;
use crate::run::End;

/// What an upgrade would write, in a stable order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The revision it would become.
    pub revision: Revision,
    /// The chart, as `name-version`.
    pub chart: String,
    /// Every object of the new manifest, and every object that would go, sorted.
    pub writes: Vec<PlannedWrite>,
    /// The hooks that the release has; which of them run depends on whether it is an install.
    pub hooks: Vec<PlannedHook>,
    /// Over everything that would be written, and nothing of time, run or commit.
    pub hash: PlanHash,
}

/// One object and what would become of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct PlannedWrite {
    /// The object.
    pub object: ObjectRef,
    /// Its group and version, as in a manifest.
    pub api_version: String,
    /// What would become of it.
    pub change: Change,
    /// How Helm would write it; nothing where Helm would not write it at all.
    pub verb: Option<Verb>,
    /// Why the API server could not say what would become of it.
    pub unproven: Option<String>,
}

/// What would become of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Change {
    /// It would be new.
    Create,
    /// It would be another.
    Update,
    /// It would be deleted.
    Delete,
    /// It would stay as it is.
    Unchanged,
}

/// A hook of the release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct PlannedHook {
    /// The object that Helm would create.
    pub object: ObjectRef,
    /// The moments, in Helm's words.
    pub events: Vec<String>,
    /// Smaller runs earlier.
    pub weight: i64,
}

/// SHA-256 in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PlanHash(pub(crate) String);

impl PlanHash {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PlanHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl Plan {
    /// Whether nothing would be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.iter().all(|write| write.change == Change::Unchanged && write.unproven.is_none())
    }

    pub(crate) fn from_end(command: &Command, end: &End) -> Result<Self, Error> {
        Ok(assemble::assemble(planned(command, end)?, &end.observed))
    }
}

/// The release that Helm would have stored.
fn planned<'e>(command: &Command, end: &'e End) -> Result<&'e Release, Error> {
    let (release, namespace) = command.release();
    let nothing = || Error::NoRelease { release: release.clone(), namespace: namespace.clone() };
    end.observed.newest().ok_or_else(nothing)
}
