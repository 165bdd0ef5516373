//! Which steps of a run had begun, and which had ended.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The record of one run on one release: written before a step and after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Version of the record.
    pub v: u32,
    /// The run.
    pub run: String,
    /// Who ran it.
    pub who: String,
    /// The commit it deployed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The revision that was live before the first step; zero for none.
    pub base: u32,
    /// The steps that had begun.
    pub steps: Vec<StepRecord>,
    /// The run settled everything.
    pub closed: bool,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Kind and name: `helm:staging`.
    pub step: String,
    /// When it began.
    pub began: Timestamp,
    /// When it ended; none: it had not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

impl Ledger {
    /// A ledger without steps.
    #[must_use]
    pub fn open(run: &str, who: &str, commit: Option<&str>, base: u32) -> Self {
        Self {
            v: 1,
            run: run.to_owned(),
            who: who.to_owned(),
            commit: commit.map(str::to_owned),
            base,
            steps: Vec::new(),
            closed: false,
        }
    }

    /// Records that a step begins; returns its number.
    pub fn begin(&mut self, step: &str, now: Timestamp) -> usize {
        self.steps.push(StepRecord { step: step.to_owned(), began: now, ended: None });
        self.steps.len() - 1
    }

    /// Records that a step ended; a number that was never given changes nothing.
    pub fn end(&mut self, number: usize, now: Timestamp) {
        if let Some(record) = self.steps.get_mut(number) {
            record.ended = Some(now);
        }
    }

    /// Whether something may have been changed that nobody settled.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        !self.closed && !self.steps.is_empty()
    }
}
