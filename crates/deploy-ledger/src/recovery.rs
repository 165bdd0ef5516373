//! What to do about a run that died: a pure decision.

use crate::Ledger;

/// The newest revision of the release, as its Secret tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// The revision.
    pub revision: u32,
    /// What Helm says of it.
    pub status: LiveStatus,
    /// Digest of its manifest.
    pub digest: String,
}

/// Helm's statuses, as far as a recovery tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveStatus {
    /// Deployed.
    Deployed,
    /// Failed, superseded, uninstalled: not in use, and nobody works on it.
    Ended,
    /// An operation is under way, or died.
    Pending,
}

/// A verified revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The revision at the time of its verification.
    pub revision: u32,
    /// Digest of its manifest.
    pub digest: String,
}

/// What settles a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// Nothing is left to do.
    Nothing,
    /// Back to the verified revision.
    RollBack {
        /// The revision.
        to: u32,
    },
    /// The first install never ended: remove it.
    Remove,
    /// Somebody else's operation is under way, or died; it is not ours to touch.
    Foreign,
    /// A release that was never verified was changed: only a person can tell what is right.
    Person,
}

/// Decides from the ledger, the newest revision and the verified one. The caller holds the lock, so
/// whoever wrote the ledger is dead.
#[must_use]
pub fn settlement(ledger: Option<&Ledger>, live: Option<&Live>, verified: Option<&Mark>) -> Settlement {
    let Some(live) = live else { return Settlement::Nothing };
    let Some(ledger) = ledger.filter(|ledger| ledger.is_unsettled()) else {
        return match live.status {
            LiveStatus::Pending => Settlement::Foreign,
            LiveStatus::Deployed | LiveStatus::Ended => Settlement::Nothing,
        };
    };
    if live.revision == ledger.base && live.status != LiveStatus::Pending {
        // The step had begun but Helm had not: what was live still is.
        return Settlement::Nothing;
    }
    match verified {
        Some(mark) if mark.digest == live.digest && live.status == LiveStatus::Deployed => {
            Settlement::Nothing
        }
        Some(mark) => Settlement::RollBack { to: mark.revision },
        None if ledger.base == 0 => Settlement::Remove,
        None => Settlement::Person,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_a_dead_run_has_one_settlement() {
        use LiveStatus::{Deployed, Ended, Pending};
        let ledger = |base, begun: bool, closed| {
            let mut ledger = Ledger::open("r1", "ada", None, base);
            if begun {
                ledger.begin("helm:staging", jiff::Timestamp::UNIX_EPOCH);
            }
            ledger.closed = closed;
            Some(ledger)
        };
        let live = |revision, status, digest: &str| Some(Live { revision, status, digest: digest.into() });
        let mark = |revision, digest: &str| Some(Mark { revision, digest: digest.into() });
        let cases = [
            ("no release", ledger(0, true, false), None, None, Settlement::Nothing),
            ("no run died", None, live(4, Deployed, "4"), mark(4, "4"), Settlement::Nothing),
            (
                "died before its first step",
                ledger(4, false, false),
                live(4, Deployed, "4"),
                mark(4, "4"),
                Settlement::Nothing,
            ),
            (
                "died before helm wrote",
                ledger(4, true, false),
                live(4, Deployed, "4"),
                mark(4, "4"),
                Settlement::Nothing,
            ),
            (
                "died in helm",
                ledger(4, true, false),
                live(5, Pending, "5"),
                mark(4, "4"),
                Settlement::RollBack { to: 4 },
            ),
            (
                "died in the rollout",
                ledger(4, true, false),
                live(5, Deployed, "5"),
                mark(4, "4"),
                Settlement::RollBack { to: 4 },
            ),
            (
                "died after helm failed",
                ledger(4, true, false),
                live(5, Ended, "5"),
                mark(4, "4"),
                Settlement::RollBack { to: 4 },
            ),
            (
                "died in its own rollback",
                ledger(4, true, false),
                live(6, Pending, "4"),
                mark(4, "4"),
                Settlement::RollBack { to: 4 },
            ),
            (
                "died after its rollback",
                ledger(4, true, false),
                live(6, Deployed, "4"),
                mark(4, "4"),
                Settlement::Nothing,
            ),
            (
                "died in a first install",
                ledger(0, true, false),
                live(1, Pending, "1"),
                None,
                Settlement::Remove,
            ),
            (
                "died on an unverified release",
                ledger(3, true, false),
                live(4, Pending, "4"),
                None,
                Settlement::Person,
            ),
            ("another's operation", None, live(5, Pending, "5"), mark(4, "4"), Settlement::Foreign),
            (
                "another's, after our run was settled",
                ledger(4, true, true),
                live(5, Pending, "5"),
                mark(4, "4"),
                Settlement::Foreign,
            ),
        ];
        for (name, ledger, live, verified, wanted) in cases {
            assert_eq!(settlement(ledger.as_ref(), live.as_ref(), verified.as_ref()), wanted, "{name}");
        }
    }
}
