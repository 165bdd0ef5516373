//! Why nothing came of a run, and the code that says so.

use chart_bump::forge::ForgeFault;
use chart_bump::{BumpError, HistoryFault, Origin};
use problem::{Code, ProblemRecord};

use crate::exit;

pub(crate) const NO_VARIABLE: Code = Code::new("bump.no_variable");

/// Why nothing came of it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) record: Box<ProblemRecord>,
    /// Whether it is an answer of a guard, and no silence of a server.
    pub(crate) is_decided: bool,
}

impl Failure {
    pub(crate) fn new(code: u8, record: ProblemRecord) -> Self {
        Self { code, record: record.into(), is_decided: false }
    }

    /// That the environment lacks what `bump.yaml` names for `host`.
    pub(super) fn no_variable(name: &str, host: &str) -> Self {
        let text = format!("bump.yaml names the variable {name} for {host}, and it is not set");
        let help = format!("set {name}; in a workflow under `env:`, from a secret");
        Self::new(exit::USAGE, ProblemRecord::new(NO_VARIABLE, text).with_help(help))
    }
}

impl From<BumpError> for Failure {
    fn from(error: BumpError) -> Self {
        let is_decided = super::group::is_decided(&error);
        Self { is_decided, ..Self::new(exit_code(&error), ProblemRecord::from_diagnose(&error)) }
    }
}

/// Of several codes the one that needs a person first.
pub(super) fn worst(codes: impl Iterator<Item = u8>) -> u8 {
    const FIRST: [u8; 8] = [
        exit::UNSETTLED,
        exit::FAILED_BEFORE,
        exit::USAGE,
        exit::REFUSED,
        exit::INCONCLUSIVE,
        exit::DEADLINE,
        exit::PENDING,
        exit::DONE,
    ];
    let rank = |code: &u8| FIRST.iter().position(|own| own == code).unwrap_or(0);
    codes.min_by_key(rank).unwrap_or(exit::DONE)
}

fn exit_code(error: &BumpError) -> u8 {
    match error {
        BumpError::WrongScheme { .. }
        | BumpError::Deprecated { .. }
        | BumpError::Moved { .. }
        | BumpError::Diverged { .. }
        | BumpError::Downgrade { .. }
        | BumpError::Republished { .. }
        | BumpError::Branch(
            chart_bump::BranchFault::Person { .. } | chart_bump::BranchFault::CheckedOut { .. },
        )
        | BumpError::Revert(
            chart_bump::RevertFault::ChangedSince { .. } | chart_bump::RevertFault::NoEdit { .. },
        ) => exit::REFUSED,
        BumpError::NotPublished { .. }
        | BumpError::NoOrder { .. }
        | BumpError::NoLookup { .. }
        | BumpError::NoTag { .. }
        | BumpError::History(HistoryFault::NoCommit { .. })
        | BumpError::NoChart { .. }
        | BumpError::Unreachable { .. }
        | BumpError::Status { .. }
        | BumpError::BrokenAnswer { .. }
        | BumpError::TooLarge { .. } => exit::INCONCLUSIVE,
        // A broken index is the caller's where the caller named it.
        BumpError::BrokenIndex { origin, .. } => match **origin {
            Origin::File(_) => exit::USAGE,
            Origin::Url(_) => exit::INCONCLUSIVE,
        },
        BumpError::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => exit::USAGE,
        BumpError::Read { .. }
        | BumpError::History(HistoryFault::Git(_))
        | BumpError::Write { .. }
        | BumpError::ChangedMeanwhile { .. }
        | BumpError::Unproven { .. } => exit::FAILED_BEFORE,
        // As with GitHub's token: something is missing here, and not there.
        BumpError::Private(_) => exit::USAGE,
        BumpError::HalfWritten { .. } => exit::UNSETTLED,
        BumpError::Forge(fault) => forge_code(fault),
        _ => exit::USAGE,
    }
}

fn forge_code(fault: &ForgeFault) -> u8 {
    use github_client::Error;
    match fault {
        ForgeFault::Person { .. }
        | ForgeFault::Declined { .. }
        | ForgeFault::RolledBack { .. }
        | ForgeFault::Checks { failed: true, .. } => exit::REFUSED,
        ForgeFault::BaseDiffers { .. } => exit::FAILED_BEFORE,
        ForgeFault::NoRepository { .. }
        | ForgeFault::NoBase { .. }
        | ForgeFault::GitHub(
            Error::Url { .. }
            | Error::Unauthorized { .. }
            | Error::Forbidden { .. }
            | Error::NotFound { .. }
            | Error::Redirected { .. },
        ) => exit::USAGE,
        // The next run goes on from whatever was done.
        _ => exit::INCONCLUSIVE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_the_program_itself_stand_in_the_table() {
        for code in [super::super::DEADLINE, NO_VARIABLE, crate::http::NO_HTTP, crate::runtime::NO_RUNTIME] {
            assert!(chart_bump::PROBLEMS.iter().any(|row| row.code == code), "{code:?}");
        }
    }

    #[test]
    fn of_several_codes_the_worst_counts() {
        assert_eq!(worst([0, 7, 8, 6].into_iter()), 8);
        assert_eq!(worst([0, 6, 7].into_iter()), 7);
        assert_eq!(worst([7, 5, 1].into_iter()), 5);
        assert_eq!(worst(std::iter::empty()), 0);
    }
}
