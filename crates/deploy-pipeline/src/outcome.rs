//! What a stop means once it is known what had been changed and whether it was put back.

use deploy_events::Outcome;

use crate::{Reason, Why};

/// What was done about the changes of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// There were none.
    Untouched,
    /// The member is back on its last verified release, or its first install is removed.
    Back,
    /// It is not.
    Not,
}

impl Settled {
    /// Both of two releases of a member together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Not, _) | (_, Self::Not) => Self::Not,
            (Self::Back, _) | (_, Self::Back) => Self::Back,
            (Self::Untouched, Self::Untouched) => Self::Untouched,
        }
    }
}

/// The outcome of a member that stopped.
#[must_use]
pub fn outcome(why: Why, settled: Settled) -> Outcome {
    match (settled, why) {
        (Settled::Not, _) | (_, Why::LetGo | Why::Unsettled) => Outcome::Unsettled,
        (_, Why::Interrupted(Reason::Signal)) => Outcome::InterruptedSettled,
        (_, Why::Interrupted(Reason::Deadline)) => Outcome::DeadlineSettled,
        (Settled::Back, _) => Outcome::RolledBack,
        (Settled::Untouched, Why::Configuration) => Outcome::Misconfigured,
        (Settled::Untouched, Why::Refused) => Outcome::Refused,
        (Settled::Untouched, Why::Inconclusive) => Outcome::Inconclusive,
        (Settled::Untouched, Why::Verification) => Outcome::VerifyFailed,
        (Settled::Untouched, Why::Failed | Why::LockLost) => Outcome::FailedBefore,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_put_back_needs_a_person_whatever_the_reason() {
        let reasons = [
            Why::Configuration,
            Why::Refused,
            Why::Failed,
            Why::Verification,
            Why::Inconclusive,
            Why::Interrupted(Reason::Signal),
            Why::LockLost,
            Why::LetGo,
            Why::Unsettled,
        ];
        for why in reasons {
            assert_eq!(outcome(why, Settled::Not), Outcome::Unsettled, "{why:?}");
        }
    }

    #[test]
    fn the_same_reason_reads_differently_by_what_had_been_changed() {
        assert_eq!(outcome(Why::Verification, Settled::Untouched), Outcome::VerifyFailed);
        assert_eq!(outcome(Why::Verification, Settled::Back), Outcome::RolledBack);
        assert_eq!(outcome(Why::Interrupted(Reason::Deadline), Settled::Back), Outcome::DeadlineSettled);
        assert_eq!(outcome(Why::Failed, Settled::Untouched), Outcome::FailedBefore);
    }
}
