//! What can happen in a run.

use jiff::SignedDuration;
use names::{MemberName, ObjectRef, ReleaseName, StepName};
use problem::ProblemRecord;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Outcome;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// The run began.
    RunStarted {
        /// The command: `up`, `rollback`.
        command: String,
        /// What was asked for.
        targets: Vec<String>,
        /// The members that it means, in order.
        members: Vec<MemberName>,
        /// Who runs it.
        who: String,
        /// The commit that is deployed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<String>,
    },
    /// A stage began.
    StageStarted,
    /// A stage ended well.
    StageFinished {
        /// How long it took.
        took: SignedDuration,
        /// What it found, in a few words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// A stage was not needed.
    StageSkipped {
        /// Why.
        reason: String,
    },
    /// What would be written.
    Planned {
        /// Each write.
        writes: Vec<PlannedWrite>,
        /// Hash of the plan.
        hash: String,
        /// The member's part of a plan, in the format `plan/v1`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Box<Value>>,
        /// Who would be hit at this moment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        census: Option<Census>,
    },
    /// Another run holds the lock.
    LockWait {
        /// Who holds it.
        holder: String,
    },
    /// A program of the repository said something.
    Said {
        /// The step that runs it.
        step: StepName,
        /// One line of either of its outputs.
        line: String,
    },
    /// An object was written.
    Wrote {
        /// Which.
        object: ObjectRef,
        /// How many so far.
        done: usize,
        /// How many were planned; zero if unknown.
        planned: usize,
    },
    /// A revision of a release is there.
    Released {
        /// The step that made it.
        step: StepName,
        /// The release.
        release: ReleaseName,
        /// The revision.
        revision: u32,
        /// The revision before it; zero for a first install.
        previous: u32,
        /// Chart and version.
        chart: String,
    },
    /// An object's verdict changed.
    Object {
        /// The workload.
        object: ObjectRef,
        /// Its verdict.
        verdict: ObjectVerdict,
        /// Counts in words: `1/3 available`.
        detail: String,
        /// Cause code where one is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },
    /// A check ended.
    Check {
        /// Its name.
        name: String,
        /// Its verdict.
        verdict: CheckVerdict,
        /// What was seen, in one line.
        detail: String,
        /// How long it took.
        took: SignedDuration,
    },
    /// The annotation was written or closed.
    Annotated {
        /// Its number in Grafana.
        id: u64,
        /// Whether it has its end and outcome.
        closed: bool,
    },
    /// The release and its checks are recorded as verified.
    Verified {
        /// The release.
        release: ReleaseName,
        /// The revision.
        revision: u32,
    },
    /// The member is back on an earlier release.
    RolledBack {
        /// The release.
        release: ReleaseName,
        /// The revision whose manifest is live again; zero where the first install was removed.
        to: u32,
        /// The revision that Helm made for it; zero where the release was removed.
        revision: u32,
    },
    /// Something is wrong; the run goes on.
    Warning {
        /// What.
        problem: ProblemRecord,
    },
    /// Something is wrong; the stage ends here.
    Failed {
        /// What.
        problem: ProblemRecord,
    },
    /// The run was asked to stop, and settles.
    Stopping {
        /// Why, and what a further request does.
        words: String,
    },
    /// A member's part is over.
    MemberFinished {
        /// How.
        outcome: Outcome,
    },
    /// Time passed; reminders are made from it.
    Tick,
    /// The run is over.
    RunFinished {
        /// How.
        outcome: Outcome,
    },
    /// Written by a newer program.
    #[serde(other)]
    Unknown,
}

impl Kind {
    /// Whether the event may be dropped where a surface cannot keep up.
    #[must_use]
    pub const fn is_progress(&self) -> bool {
        matches!(self, Self::Wrote { .. } | Self::Said { .. } | Self::Tick)
    }
}

/// What runs for users at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// Servers of users.
    pub servers: usize,
    /// Builds under way.
    pub builds: usize,
}

/// A write that Helm would make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedWrite {
    /// What would be done.
    pub verb: WriteVerb,
    /// To which object.
    pub object: ObjectRef,
}

/// What is done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WriteVerb {
    /// It is new.
    Create,
    /// It changes.
    Change,
    /// It goes.
    Delete,
    /// A hook runs.
    Hook,
}

impl WriteVerb {
    /// The sign before an object in a list.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Create => '+',
            Self::Change => '~',
            Self::Delete => '-',
            Self::Hook => '>',
        }
    }
}

/// The verdict on one object of the rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectVerdict {
    /// As wanted.
    Ready,
    /// Not yet.
    InProgress,
    /// Never.
    Failed,
    /// Reported, does not block.
    Advisory,
}

/// The verdict of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckVerdict {
    /// As it should be.
    Pass,
    /// Works, with something to look at.
    Degraded,
    /// Does not work.
    Fail,
    /// Cannot be told.
    Inconclusive,
    /// Not run, since another one failed or does not apply.
    Skipped,
}

impl CheckVerdict {
    /// One word for a line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Degraded => "degraded",
            Self::Fail => "FAIL",
            Self::Inconclusive => "inconclusive",
            Self::Skipped => "skipped",
        }
    }
}
