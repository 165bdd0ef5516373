//! Marks what was deployed and rolled back, which blocks its name until a person takes the mark off.

use github_client::{Branch, Error, Pull, PullState};

use super::fault::ForgeFault;
use super::seen::{Forge, ROLLED_BACK};
use super::upstream::between;
use crate::branch::PREFIX;

/// What was rolled back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deployed {
    /// Whatever was merged last from one of these branches.
    Last(Vec<Branch>),
    /// What this commit brought.
    Commit(String),
    /// What the second commit has beyond the first.
    Range(String, String),
}

/// A merged pull request that carries the mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Whether it got the mark just now.
    pub is_new: bool,
}

/// Puts the label `rolled-back` on every pull request of ours that `deployed` means. None of them is no
/// error: a person's commit may be what was rolled back.
///
/// # Errors
/// The forge refuses or does not answer, or does not know a commit.
pub async fn mark_rolled_back(forge: &Forge, deployed: &Deployed) -> Result<Vec<Marked>, ForgeFault> {
    let pulls = match deployed {
        Deployed::Last(branches) => last_of(forge, branches).await?.into_iter().collect(),
        Deployed::Commit(commit) => of_commit(forge, commit).await?,
        Deployed::Range(old, new) => {
            let absent = || Error::NotFound { message: format!("commits {old} and {new}") };
            let merged = between(&forge.github, &forge.repo, old, new).await?.ok_or_else(absent)?.merged;
            ours(forge, &merged.iter().map(|pull| pull.number).collect::<Vec<_>>()).await?
        }
    };
    let mut marked = Vec::new();
    for pull in pulls {
        let is_new = !pull.labels.iter().any(|label| label == ROLLED_BACK);
        if is_new {
            let label = [ROLLED_BACK.to_owned()];
            forge.github.add_labels(&forge.repo, pull.number, &label).await?;
        }
        marked.push(Marked { number: pull.number, title: pull.title, is_new });
    }
    Ok(marked)
}

async fn last_of(forge: &Forge, branches: &[Branch]) -> Result<Option<Pull>, ForgeFault> {
    let mut last: Option<Pull> = None;
    for branch in branches {
        let past = forge.github.pulls(&forge.repo, Some(branch), PullState::Closed).await?;
        let merged = past.into_iter().filter(|pull| pull.merged_at.is_some());
        last = merged.chain(last).max_by_key(|pull| pull.merged_at);
    }
    Ok(last)
}

async fn of_commit(forge: &Forge, commit: &str) -> Result<Vec<Pull>, ForgeFault> {
    let absent = || Error::NotFound { message: format!("commit {commit}") };
    let oid = commit.parse().map_err(|_| absent())?;
    let merged = forge.github.merged_with(&forge.repo, &oid).await?;
    ours(forge, &merged.iter().map(|pull| pull.number).collect::<Vec<_>>()).await
}

/// Those of `numbers` that come from a branch of ours.
async fn ours(forge: &Forge, numbers: &[u64]) -> Result<Vec<Pull>, ForgeFault> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut past = forge.github.pulls(&forge.repo, None, PullState::Closed).await?;
    past.retain(|pull| numbers.contains(&pull.number) && pull.head.starts_with(PREFIX));
    Ok(past)
}
