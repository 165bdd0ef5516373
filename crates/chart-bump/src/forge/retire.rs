//! Closes a pull request of ours that nothing is left of.

use github_client::{Branch, PullEdit, PullState};

use super::fault::ForgeFault;
use super::seen::{Forge, RETIRED};
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
    let compared = github.compare(repo, repository.default_branch.as_str(), head.as_str()).await?;
    if compared.commits.iter().any(|commit| unsealed(commit.tree.as_str(), &commit.message).is_none()) {
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
