//! How a run or a member ended.

/// The end of a run or of one member's part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Deployed and verified.
    Done,
    /// Already as wanted, and verified.
    Unchanged,
    /// Shown, not done.
    Planned,
    /// Failed before anything was changed.
    FailedBefore,
    /// A file or an argument is wrong; nothing was changed.
    Misconfigured,
    /// The checks failed and nothing was there to roll back.
    VerifyFailed,
    /// Failed, and back on the last verified release.
    RolledBack,
    /// Failed, and a person is needed.
    Unsettled,
    /// The cause lies outside the deployment, or cannot be observed.
    Inconclusive,
    /// Refused by a lock or a guard.
    Refused,
    /// The deadline passed; settled.
    DeadlineSettled,
    /// Interrupted; settled.
    InterruptedSettled,
    /// Never begun, since another member failed first.
    NotBegun,
}

impl Outcome {
    /// Which of two outcomes a run with both reports: the one that asks most of the reader.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::NotBegun => 0,
            Self::Unchanged => 1,
            Self::Planned => 2,
            Self::Done => 3,
            Self::Refused => 4,
            Self::Inconclusive => 5,
            Self::FailedBefore => 6,
            Self::Misconfigured => 7,
            Self::VerifyFailed => 8,
            Self::DeadlineSettled => 9,
            Self::RolledBack => 10,
            Self::InterruptedSettled => 11,
            Self::Unsettled => 12,
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Done | Self::Unchanged | Self::Planned)
    }

    /// The outcome in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "nothing to change",
            Self::Planned => "planned",
            Self::FailedBefore => "failed before anything was changed",
            Self::Misconfigured => "configuration is wrong, nothing was changed",
            Self::VerifyFailed => "verification failed, nothing was rolled back",
            Self::RolledBack => "failed, and back on the last verified release",
            Self::Unsettled => "failed, and a person is needed",
            Self::Inconclusive => "inconclusive",
            Self::Refused => "refused",
            Self::DeadlineSettled => "deadline passed, and settled",
            Self::InterruptedSettled => "interrupted, and settled",
            Self::NotBegun => "not begun",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_exit_codes_holds() {
        // Where several apply: needs a person, then interrupted, rolled back, deadline.
        let order =
            [Outcome::Unsettled, Outcome::InterruptedSettled, Outcome::RolledBack, Outcome::DeadlineSettled];
        for pair in order.windows(2) {
            let [first, second] = pair else { panic!("windows of two") };
            assert_eq!(first.worse(*second), *first);
            assert_eq!(second.worse(*first), *first);
        }
    }
}
