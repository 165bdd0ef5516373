//! The guard that asks whether upstream's own checks of a version are green.

use github_client::{CheckState, Error, GitHub, Repo};

use super::ancestry::reference;
use super::fault::ForgeFault;
use crate::error::BumpError;
use crate::guard::Allow;
use crate::notice::Notice;

/// Passes where every check of the commit of `version` has passed; `false` where the forge knows no
/// check of it.
///
/// # Errors
/// [`ForgeFault::Checks`] where one failed or still runs; else the forge's own.
pub async fn green(github: &GitHub, repo: &Repo, version: &str) -> Result<bool, ForgeFault> {
    for name in reference(version) {
        let checks = match github.checks(repo, &name).await {
            Ok(checks) => checks,
            Err(Error::NotFound { .. } | Error::Invalid { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        let Some(verdict) = checks.verdict() else {
            return Ok(false);
        };
        if verdict == CheckState::Passed {
            return Ok(true);
        }
        let mut names: Vec<String> = checks.in_state(verdict).map(|check| check.name.clone()).collect();
        names.sort();
        names.dedup();
        return Err(ForgeFault::Checks {
            what: version.to_owned(),
            failed: verdict == CheckState::Failed,
            checks: names,
        });
    }
    Ok(false)
}

/// The same as a guard that `allow` may lift: what is to be told, empty where all is green.
///
/// # Errors
/// As [`green`], unless the guard is lifted.
pub async fn guard_checks(
    github: &GitHub,
    repo: &Repo,
    version: &str,
    allow: &Allow,
) -> Result<Vec<Notice>, BumpError> {
    let mut notices = Vec::new();
    match green(github, repo, version).await {
        Ok(true) => {}
        Ok(false) => notices.push(Notice::NoChecks { version: version.to_owned() }),
        Err(fault @ ForgeFault::Checks { .. }) => allow.pass(fault.into(), &mut notices)?,
        Err(fault) => return Err(fault.into()),
    }
    Ok(notices)
}
