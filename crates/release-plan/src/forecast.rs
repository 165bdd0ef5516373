//! What is known before a step, as the pipeline gathers it.

use std::collections::BTreeMap;

use helm_release::Release;
use names::ObjectRef;
use serde_json::Value;

/// What Helm would do, and what is there. Holds secret values, and shows none.
pub struct Forecast<'a> {
    /// The release as Helm would store it.
    pub release: &'a Release,
    /// The last release that is deployed.
    pub last: Option<&'a Release>,
    /// The writes, in Helm's order.
    pub writes: Vec<Write>,
    /// The objects as they are.
    pub live: BTreeMap<ObjectRef, Value>,
    /// Objects that drifted, as the last release would have them again.
    pub restored: BTreeMap<ObjectRef, Value>,
}

/// One write and what the API server predicts of it.
pub struct Write {
    /// The object.
    pub object: ObjectRef,
    /// Its group and version, as in a manifest.
    pub api_version: String,
    /// What is done to it.
    pub how: How,
}

/// What is done to an object.
pub enum How {
    /// It is made; the value is what it becomes.
    Create(Value),
    /// It is written; the value is what it becomes.
    Change(Value),
    /// It is deleted.
    Delete,
    /// Nothing could be predicted, for this reason.
    Unproven(String),
}

impl How {
    /// Takes in a later write to the same object.
    pub(crate) fn then(self, later: Self) -> Fate {
        match (self, later) {
            (Self::Delete, Self::Create(value)) => Fate::Recreated(value),
            // Helm 4 writes an object twice: first who manages it, then what it is.
            (Self::Create(_), Self::Change(value)) => Fate::Once(Self::Create(value)),
            (_, later) => Fate::Once(later),
        }
    }
}

/// What all writes to one object come to.
pub(crate) enum Fate {
    Once(How),
    Recreated(Value),
}

impl Fate {
    pub(crate) fn then(self, later: How) -> Self {
        match (self, later) {
            (Self::Once(how), later) => how.then(later),
            (Self::Recreated(_), How::Change(value) | How::Create(value)) => Self::Recreated(value),
            (Self::Recreated(_), later) => Self::Once(later),
        }
    }
}

impl std::fmt::Debug for Forecast<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Forecast")
            .field("release", &self.release)
            .field("last", &self.last)
            .field("writes", &self.writes)
            .field("live", &self.live.keys())
            .field("restored", &self.restored.keys())
            .finish()
    }
}

impl std::fmt::Debug for Write {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Write").field("object", &self.object).field("how", &self.how).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for How {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Create(_) => "Create",
            Self::Change(_) => "Change",
            Self::Delete => "Delete",
            Self::Unproven(_) => "Unproven",
        })
    }
}
