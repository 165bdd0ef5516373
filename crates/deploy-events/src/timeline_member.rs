//! What is known of one member.

use jiff::{SignedDuration, Timestamp};
use names::{MemberName, ObjectRef, ReleaseName};
use problem::ProblemRecord;

use crate::{Census, CheckVerdict, Event, Kind, ObjectVerdict, Outcome, PlannedWrite, Stage};

/// A member as far as the events tell.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MemberLine {
    /// Its name.
    pub name: MemberName,
    /// Its stages in the order of their begin.
    pub stages: Vec<StageLine>,
    /// The writes of the last plan.
    pub planned: Option<Vec<PlannedWrite>>,
    /// Hash of the last plan.
    pub plan_hash: Option<String>,
    /// The last plan itself, in the format `plan/v1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Box<serde_json::Value>>,
    /// Who would have been hit when it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub census: Option<Census>,
    /// Objects written and planned.
    pub written: (usize, usize),
    /// Releases made, newest last.
    pub releases: Vec<ReleaseLine>,
    /// The workloads of the last rollout.
    pub objects: Vec<ObjectLine>,
    /// The checks of the last verification.
    pub checks: Vec<CheckLine>,
    /// The revisions that are recorded as verified.
    pub verified: Vec<(ReleaseName, u32)>,
    /// Where it went back to.
    pub rolled_back: Option<RolledBack>,
    /// What went wrong, first cause first.
    pub problems: Vec<ProblemRecord>,
    /// What is to be looked at.
    pub warnings: Vec<ProblemRecord>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

/// A stage of a member.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct StageLine {
    /// Which.
    pub stage: Stage,
    /// Its begin.
    pub began: Timestamp,
    /// How long it took; none while it goes on.
    pub took: Option<SignedDuration>,
    /// What it found, or why it was skipped.
    pub note: String,
    /// Whether it failed.
    pub failed: bool,
}

/// A release that was made.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ReleaseLine {
    /// The release.
    pub release: ReleaseName,
    /// Its new revision.
    pub revision: u32,
    /// The one before; zero for a first install.
    pub previous: u32,
    /// Chart and version.
    pub chart: String,
}

/// A workload of the rollout.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ObjectLine {
    /// Which.
    pub object: ObjectRef,
    /// Its verdict.
    pub verdict: ObjectVerdict,
    /// Counts in words.
    pub detail: String,
    /// Cause code.
    pub cause: Option<String>,
}

/// A check.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CheckLine {
    /// Its name.
    pub name: String,
    /// Its verdict.
    pub verdict: CheckVerdict,
    /// What was seen.
    pub detail: String,
    /// How long it took.
    pub took: SignedDuration,
}

/// Where a member went back to.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RolledBack {
    /// The release.
    pub release: ReleaseName,
    /// The revision whose manifest is live again; zero: removed.
    pub to: u32,
    /// The new revision.
    pub revision: u32,
}

impl MemberLine {
    pub(crate) fn new(name: MemberName) -> Self {
        Self {
            name,
            stages: Vec::new(),
            planned: None,
            plan_hash: None,
            plan: None,
            census: None,
            written: (0, 0),
            releases: Vec::new(),
            objects: Vec::new(),
            checks: Vec::new(),
            verified: Vec::new(),
            rolled_back: None,
            problems: Vec::new(),
            warnings: Vec::new(),
            outcome: None,
        }
    }

    /// The stage that goes on now.
    #[must_use]
    pub fn current(&self) -> Option<&StageLine> {
        self.stages.iter().rev().find(|line| line.took.is_none())
    }

    /// How long a stage took in all.
    #[must_use]
    pub fn took(&self, stage: Stage) -> SignedDuration {
        self.stages.iter().filter(|line| line.stage == stage).filter_map(|line| line.took).sum()
    }

    pub(crate) fn fold(&mut self, event: &Event) {
        match &event.kind {
            Kind::StageStarted => self.begin(event),
            Kind::StageFinished { took, note } => self.end(event, *took, note, false),
            Kind::StageSkipped { reason } => {
                self.begin(event);
                self.end(event, SignedDuration::ZERO, reason, false);
            }
            Kind::Planned { writes, hash, plan, census } => {
                self.planned = Some(writes.clone());
                self.plan_hash = Some(hash.clone());
                self.plan.clone_from(plan);
                self.census = *census;
            }
            Kind::Wrote { done, planned, .. } => self.written = (*done, *planned),
            Kind::Released { release, revision, previous, chart, .. } => self.releases.push(ReleaseLine {
                release: release.clone(),
                revision: *revision,
                previous: *previous,
                chart: chart.clone(),
            }),
            Kind::Object { object, verdict, detail, cause } => self.see_object(ObjectLine {
                object: object.clone(),
                verdict: *verdict,
                detail: detail.clone(),
                cause: cause.clone(),
            }),
            Kind::Check { name, verdict, detail, took } => self.checks.push(CheckLine {
                name: name.clone(),
                verdict: *verdict,
                detail: detail.clone(),
                took: *took,
            }),
            Kind::Verified { release, revision } => self.verified.push((release.clone(), *revision)),
            Kind::RolledBack { release, to, revision } => {
                self.rolled_back =
                    Some(RolledBack { release: release.clone(), to: *to, revision: *revision });
            }
            Kind::Warning { problem } => self.warnings.push(problem.clone()),
            Kind::Failed { problem } => self.fail(event, problem),
            Kind::MemberFinished { outcome } => self.outcome = Some(*outcome),
            _ => {}
        }
    }

    fn begin(&mut self, event: &Event) {
        let Some(stage) = event.scope.stage else { return };
        match stage {
            // A second verification replaces the first: what counts is what is live.
            Stage::Verify | Stage::Baseline => self.checks.clear(),
            Stage::Rollout => self.objects.clear(),
            _ => {}
        }
        self.stages.push(StageLine {
            stage,
            began: event.at,
            took: None,
            note: String::new(),
            failed: false,
        });
    }

    fn end(&mut self, event: &Event, took: SignedDuration, note: &str, failed: bool) {
        let open = |line: &&mut StageLine| line.took.is_none() && Some(line.stage) == event.scope.stage;
        if let Some(line) = self.stages.iter_mut().rev().find(open) {
            line.took = Some(took);
            note.clone_into(&mut line.note);
            line.failed = failed;
        }
    }

    fn fail(&mut self, event: &Event, problem: &ProblemRecord) {
        self.problems.push(problem.clone());
        let began =
            self.current().filter(|line| Some(line.stage) == event.scope.stage).map(|line| line.began);
        if let Some(began) = began {
            self.end(event, event.at.duration_since(began), &problem.message, true);
        }
    }

    fn see_object(&mut self, seen: ObjectLine) {
        match self.objects.iter_mut().find(|line| line.object == seen.object) {
            Some(line) => *line = seen,
            None => self.objects.push(seen),
        }
    }
}
