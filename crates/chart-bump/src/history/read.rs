//! Asks git for the commits of a clone; nothing is fetched and nothing is written.

use super::graph::History;
use crate::error::{BumpError, HistoryFault};
use crate::git::Git;

/// The history of the clone in which `git` is asked.
///
/// With a `branch`, only its commits count as published; all others still tell what contains what.
///
/// # Errors
/// Git cannot be started or fails, the clone is shallow, or it has no such branch.
pub async fn read_history(git: &Git, branch: Option<&str>) -> Result<History, BumpError> {
    let clone = || git.folder().to_owned();
    if git.text(&["rev-parse", "--is-shallow-repository"]).await? != "false" {
        return Err(HistoryFault::Shallow { clone: clone() }.into());
    }
    let commits = git
        .text(&[
            "rev-list",
            "--topo-order",
            "--reverse",
            "--parents",
            "--timestamp",
            "--branches",
            "--remotes",
            "--tags",
        ])
        .await?;
    let refs = git.text(&["for-each-ref", "--format=%(refname) %(objectname) %(*objectname)"]).await?;
    let history = History::parse(&commits, &refs);
    match branch {
        None => Ok(history),
        Some(branch) => history
            .published_from(branch)
            .ok_or_else(|| HistoryFault::NoBranch { clone: clone(), branch: branch.to_owned() }.into()),
    }
}
