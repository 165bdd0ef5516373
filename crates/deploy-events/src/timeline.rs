//! The state of a run, folded from its events.

use jiff::Timestamp;
use names::{MemberName, RunId};
use problem::ProblemRecord;

use crate::{Event, Kind, MemberLine, Outcome};

/// All that the events of a run tell so far.
///
/// A pure fold: the same events give the same timeline, wherever and whenever they are read.
/// Events of a kind that this program does not know change nothing.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Timeline {
    /// The run.
    pub run: Option<RunId>,
    /// The command.
    pub command: String,
    /// Who runs it.
    pub who: String,
    /// The commit that is deployed.
    pub commit: Option<String>,
    /// Its begin.
    pub began: Option<Timestamp>,
    /// The time of the newest event.
    pub now: Option<Timestamp>,
    /// The members in their order.
    pub members: Vec<MemberLine>,
    /// The annotation, and whether it is closed.
    pub annotation: Option<(u64, bool)>,
    /// What is wrong with the run as a whole.
    pub problems: Vec<ProblemRecord>,
    /// What is to be looked at.
    pub warnings: Vec<ProblemRecord>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

impl Timeline {
    /// Takes in one event.
    pub fn fold(&mut self, event: &Event) {
        self.now = Some(event.at);
        if let Kind::RunStarted { command, members, who, commit, .. } = &event.kind {
            self.run = Some(event.run.clone());
            self.began = Some(event.at);
            command.clone_into(&mut self.command);
            who.clone_into(&mut self.who);
            self.commit.clone_from(commit);
            self.members = members.iter().cloned().map(MemberLine::new).collect();
        }
        if let Kind::Annotated { id, closed } = &event.kind {
            self.annotation = Some((*id, *closed));
        }
        match (&event.scope.member, &event.kind) {
            (Some(member), _) => self.fold_member(member, event),
            (None, Kind::Warning { problem }) => self.warnings.push(problem.clone()),
            (None, Kind::Failed { problem }) => self.problems.push(problem.clone()),
            (None, Kind::RunFinished { outcome }) => self.outcome = Some(*outcome),
            (None, _) => {}
        }
    }

    /// The time since the begin.
    #[must_use]
    pub fn elapsed(&self) -> jiff::SignedDuration {
        match (self.began, self.now) {
            (Some(began), Some(now)) => now.duration_since(began),
            _ => jiff::SignedDuration::ZERO,
        }
    }

    fn fold_member(&mut self, name: &MemberName, event: &Event) {
        if let Some(line) = self.members.iter_mut().find(|line| line.name == *name) {
            line.fold(event);
        } else {
            let mut line = MemberLine::new(name.clone());
            line.fold(event);
            self.members.push(line);
        }
    }
}
