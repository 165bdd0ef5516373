//! Asks the system's git for the commits of a clone; nothing is fetched and nothing is written.

use std::time::Duration;

use camino::Utf8Path;
use child::Program;

use super::graph::History;
use crate::error::BumpError;

/// A line for each commit is about 90 bytes; the largest repositories have a million.
const LARGEST_ANSWER: usize = 256 * 1024 * 1024;

/// The history of `clone`, as the program `git` tells it within `deadline` for each question.
///
/// With a `branch`, only its commits count as published; all others still tell what contains what.
///
/// # Errors
/// Git cannot be started or fails, the clone is shallow, or it has no such branch.
pub async fn read_history(
    git: &Utf8Path,
    clone: &Utf8Path,
    branch: Option<&str>,
    deadline: Duration,
) -> Result<History, BumpError> {
    let ask = async |args: &[&str]| {
        let program =
            Program::new(git).args(args).cwd(clone).env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
        let program = program.env("GIT_NO_LAZY_FETCH", "1");
        let output = program.output(deadline, LARGEST_ANSWER).await.map_err(BumpError::Git)?;
        if output.exit.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(BumpError::GitFailed { clone: clone.to_owned(), said })
    };
    if ask(&["rev-parse", "--is-shallow-repository"]).await?.trim() != "false" {
        return Err(BumpError::ShallowClone { clone: clone.to_owned() });
    }
    let commits =
        ask(&["rev-list", "--topo-order", "--reverse", "--parents", "--branches", "--remotes", "--tags"])
            .await?;
    let refs = ask(&["for-each-ref", "--format=%(refname) %(objectname) %(*objectname)"]).await?;
    let history = History::parse(&commits, &refs);
    match branch {
        None => Ok(history),
        Some(branch) => history
            .published_from(branch)
            .ok_or_else(|| BumpError::NoBranch { clone: clone.to_owned(), branch: branch.to_owned() }),
    }
}
