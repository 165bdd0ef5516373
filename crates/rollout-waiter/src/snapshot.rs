//! What the wait reports while it lasts, and at its end.

use std::sync::Arc;
use std::time::Duration;

use problem::ProblemRecord;
use serde::Serialize;

use crate::error;
use crate::verdict::{Judgement, Verdict};

/// How far the wait is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Something is still in progress.
    Waiting,
    /// Everything is ready.
    Ready,
    /// An object has failed.
    Failed,
    /// The deadline passed.
    TimedOut,
}

/// The rollout at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Snapshot {
    /// How far the wait is.
    pub state: State,
    /// One entry for each object that is waited for; shared with the snapshot before where nothing changed.
    pub objects: Vec<Arc<Judgement>>,
    /// In the final snapshot of a failed wait: the last lines that the guilty container wrote.
    pub last_words: Vec<String>,
    /// Why the cluster cannot be observed right now, if so; the wait goes on.
    pub trouble: Option<String>,
    /// Since the wait began.
    pub elapsed: Duration,
}

impl Snapshot {
    /// Whether no other snapshot follows.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.state != State::Waiting
    }

    /// The object that decides: the first that failed, or at the deadline the first that is not ready.
    #[must_use]
    pub fn culprit(&self) -> Option<&Judgement> {
        let all = || self.objects.iter().map(Arc::as_ref);
        let first = |verdict| all().find(move |judgement| judgement.verdict == verdict);
        let explained = all().find(|it| it.verdict == Verdict::InProgress && it.finding.is_some());
        first(Verdict::Failed).or(explained).or_else(|| first(Verdict::InProgress))
    }

    /// The failure as a problem for a terminal or a log; nothing while waiting or when ready.
    #[must_use]
    pub fn problem(&self) -> Option<ProblemRecord> {
        let (code, verb) = match self.state {
            State::Failed => (error::FAILED, "failed"),
            State::TimedOut => (error::TIMED_OUT, "is not ready"),
            State::Waiting | State::Ready => return None,
        };
        let Some(culprit) = self.culprit() else {
            return Some(ProblemRecord::new(code, "the deadline passed before anything was seen"));
        };
        let Judgement { object, progress, finding, note, .. } = culprit;
        let Some(finding) = finding else {
            let record = ProblemRecord::new(code, format!("{object} {verb}: {progress}"));
            return Some(note.iter().fold(record, |record, note| record.with_cause(note)));
        };
        let container =
            finding.container.as_ref().map(|name| format!(", container {name}")).unwrap_or_default();
        let guilty =
            if finding.guilty == *object { String::new() } else { format!(" in {}", finding.guilty) };
        let message = format!("{object} {verb} ({progress}): {}{guilty}{container}", finding.cause);
        let record = ProblemRecord::new(code, message).with_cause(&finding.evidence);
        Some(match self.last_words.last() {
            Some(last) => record.with_cause(format!("its last words: {last}")),
            None => record,
        })
    }
}
