//! The envelope around everything that happens.

use jiff::Timestamp;
use names::{MemberName, RunId};
use serde::{Deserialize, Serialize};

use crate::{Kind, Stage};

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// One line of the event log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Version of the format.
    pub v: u32,
    /// The run.
    pub run: RunId,
    /// Number in this run, without a gap.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// To whom and in which part.
    #[serde(flatten)]
    pub scope: Scope,
    /// What.
    #[serde(flatten)]
    pub kind: Kind,
}

/// Where in the run something happens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The member; absent for the whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberName>,
    /// The part of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
}

impl Scope {
    /// The whole run.
    #[must_use]
    pub fn run() -> Self {
        Self::default()
    }

    /// A member.
    #[must_use]
    pub fn member(member: &MemberName) -> Self {
        Self { member: Some(member.clone()), stage: None }
    }

    /// The same, in a stage.
    #[must_use]
    pub fn at(&self, stage: Stage) -> Self {
        Self { member: self.member.clone(), stage: Some(stage) }
    }
}
