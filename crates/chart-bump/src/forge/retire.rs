//! Closes a pull request of ours that nothing is left of.

use github_client::{Branch, Commit, GitHub, Oid, PullEdit, PullState, Repository};

use super::decide::rolled_back;
use super::fault::ForgeFault;
use super::seen::{Forge, RETIRED};
use crate::guard::{Allow, Guard};
use crate::seal::unsealed;

/// Something that was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// The pull request, where one was open.
    pub number: Option<u64>,
    /// Its branch, which is gone.
    pub branch: Branch,
}

/// Closes the pull request from `branch` with `reason` at its head, and deletes the branch. `None`
/// where there is nothing of ours, or a person's commit stands on it.
///
/// # Errors
/// The forge refuses or does not answer; the next run goes on from there.
pub async fn retire(forge: &Forge, branch: &Branch, reason: &str) -> Result<Option<Retired>, ForgeFault> {
    let Forge { github, repo } = forge;
    let Some(head) = github.branch(repo, branch).await? else {
        return Ok(None);
    };
    let repository = github.repository(repo).await?;
    if persons(github, &repository, &head).await?.is_some() {
        return Ok(None);
    }
    let mut number = None;
    for pull in github.pulls(repo, Some(branch), PullState::Open).await? {
        let body = format!("{reason}\n\n{}\n\n{RETIRED}\n", pull.body.trim_end());
        let edit = PullEdit { body: Some(body), close: true, ..PullEdit::default() };
        github.edit_pull(repo, pull.number, &edit).await?;
        number = Some(pull.number);
    }
    match github.move_branch(&repository, branch, Some(&head), None).await {
        Ok(()) => {}
        // It was deleted by an effect that nobody confirmed, or somebody pushed just now: then it stays.
        Err(github_client::Error::Unconfirmed(_) | github_client::Error::Query { .. }) => {
            if github.branch(repo, branch).await?.as_ref() == Some(&head) {
                github.move_branch(&repository, branch, Some(&head), None).await?;
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Some(Retired { number, branch: branch.clone() }))
}

/// The first commit up to `head` that is a person's.
async fn persons(github: &GitHub, repository: &Repository, head: &Oid) -> Result<Option<Commit>, ForgeFault> {
    let base = repository.default_branch.as_str();
    let compared = github.compare(&repository.full_name, base, head.as_str()).await?;
    let is_persons = |commit: &Commit| unsealed(commit.tree.as_str(), &commit.message).is_none();
    Ok(compared.commits.into_iter().find(is_persons))
}

/// Whether a name may go on: what a person decided on the branch on which it goes alone still holds,
/// also where it goes with a group now.
///
/// # Errors
/// A person's commit stands on `branch`, or what was merged from it last was rolled back; or the forge
/// refuses or does not answer.
pub async fn apart(forge: &Forge, branch: &Branch, allow: &Allow) -> Result<(), ForgeFault> {
    let Forge { github, repo } = forge;
    if let Some(head) = github.branch(repo, branch).await? {
        let repository = github.repository(repo).await?;
        if let Some(commit) = persons(github, &repository, &head).await? {
            return Err(ForgeFault::person(branch, &commit));
        }
    }
    let past = github.pulls(repo, Some(branch), PullState::Closed).await?;
    rolled_back(&past).filter(|_| !allow.has(Guard::RolledBack)).map_or(Ok(()), Err)
}
