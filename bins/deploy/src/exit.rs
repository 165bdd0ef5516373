//! Exit codes: one table, which scripts may rely on.

use deploy_events::Outcome;

/// Done; also: nothing to do, checks passed or degraded.
pub(crate) const DONE: u8 = 0;
/// Failed before anything was changed.
pub(crate) const FAILED_BEFORE: u8 = 1;
/// Usage or configuration.
pub(crate) const USAGE: u8 = 2;
/// Verification failed and nothing was rolled back.
pub(crate) const VERIFY_FAILED: u8 = 3;
/// Failed, and every touched member is back on its last verified release.
pub(crate) const ROLLED_BACK: u8 = 4;
/// Failed, and not everything could be settled: a person is needed.
pub(crate) const UNSETTLED: u8 = 5;
/// Changes are pending; only where asked.
pub(crate) const PENDING: u8 = 6;
/// The cause lies outside the deployment, or it cannot be observed.
pub(crate) const INCONCLUSIVE: u8 = 7;
/// Refused by a policy, a lock or a guard.
pub(crate) const REFUSED: u8 = 8;
/// The deadline passed, and everything is settled.
pub(crate) const DEADLINE: u8 = 70;
/// There is no such program, as shells say it; only of commands that run one for the caller.
pub(crate) const NO_PROGRAM: u8 = 127;
/// Interrupted, and everything is settled.
pub(crate) const INTERRUPTED: u8 = 130;

/// The code of an outcome.
pub(crate) const fn of(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Done | Outcome::Unchanged | Outcome::Planned => DONE,
        // A run none of whose members began has failed before anything was changed.
        Outcome::FailedBefore | Outcome::NotBegun => FAILED_BEFORE,
        Outcome::Misconfigured => USAGE,
        Outcome::VerifyFailed => VERIFY_FAILED,
        Outcome::RolledBack => ROLLED_BACK,
        Outcome::Unsettled => UNSETTLED,
        Outcome::Inconclusive => INCONCLUSIVE,
        Outcome::Refused => REFUSED,
        Outcome::DeadlineSettled => DEADLINE,
        Outcome::InterruptedSettled => INTERRUPTED,
    }
}

/// What `--help` says of them.
pub(crate) const HELP: &str = "Exit codes:
  0    done; also: nothing to do
  1    failed before anything was changed
  2    usage or configuration
  3    verification failed and nothing was rolled back
  4    failed, and every touched member is back on its last verified release
  5    failed, and not everything could be settled: a person is needed
  6    changes are pending (only with --exit-code)
  7    inconclusive: the cause lies outside the deployment, or cannot be observed
  8    refused by a policy, a lock or a guard
  70   the deadline passed, and everything is settled
  130  interrupted, and everything is settled";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_code_once() {
        let codes = [
            DONE,
            FAILED_BEFORE,
            USAGE,
            VERIFY_FAILED,
            ROLLED_BACK,
            UNSETTLED,
            PENDING,
            INCONCLUSIVE,
            REFUSED,
            DEADLINE,
            INTERRUPTED,
        ];
        let named: Vec<u8> = HELP
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().next().unwrap().parse().unwrap())
            .collect();
        assert_eq!(named, codes);
    }
}
