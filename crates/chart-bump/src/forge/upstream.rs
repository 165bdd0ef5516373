//! What upstream merged between two versions, and what waits to be deployed.

use std::collections::BTreeSet;

use github_client::{Compared, Error, GitHub, Merged, Oid, Repo};
use jiff::Timestamp;

use super::ancestry::{compare, reference};
use super::fault::ForgeFault;

/// Beyond the pages that a way of this length needs, commits of other branches may lie between.
const SPARE_PAGES: u64 = 3;
/// Without a token sixty requests an hour are all there are.
const MOST_BY_REST: usize = 40;

/// What lies between two versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Between {
    /// The merged pull requests, newest first, each once.
    pub merged: Vec<Merged>,
    /// How many commits.
    pub commits: u64,
    /// Whether the list may miss some.
    pub is_cut: bool,
}

impl Between {
    /// The person who merged last: whoever knows most of what is to be deployed.
    #[must_use]
    pub fn merger(&self) -> Option<&str> {
        self.merged.iter().find_map(|pull| pull.merged_by.as_deref())
    }
}

/// What upstream merged between the versions `old` and `new`; `None` where the forge knows one of them
/// not.
///
/// One comparison, and one GraphQL page for every hundred commits; without a token the REST API is
/// asked commit by commit.
///
/// # Errors
/// The forge refuses or does not answer.
pub async fn between(
    github: &GitHub,
    repo: &Repo,
    old: &str,
    new: &str,
) -> Result<Option<Between>, ForgeFault> {
    let Some(compared) = first_known(github, repo, old, new).await? else {
        return Ok(None);
    };
    let Some(head) = head_of(&compared) else {
        return Ok(Some(Between::default()));
    };
    let (mut merged, is_cut) = match by_graphql(github, repo, &compared, &head).await {
        Ok(found) => found,
        Err(Error::Unauthorized { .. } | Error::Forbidden { .. } | Error::Query { .. }) => {
            by_rest(github, repo, &compared).await?
        }
        Err(error) => return Err(error.into()),
    };
    merged.sort_by_key(|pull| (std::cmp::Reverse(pull.merged_at), std::cmp::Reverse(pull.number)));
    merged.dedup_by_key(|pull| pull.number);
    let is_cut = is_cut || u64::try_from(compared.commits.len()) != Ok(compared.ahead_by);
    Ok(Some(Between { merged, commits: compared.ahead_by, is_cut }))
}

async fn first_known(
    github: &GitHub,
    repo: &Repo,
    old: &str,
    new: &str,
) -> Result<Option<Compared>, ForgeFault> {
    for name in reference(new) {
        if let Some((_, compared)) = compare(github, repo, old, &name).await? {
            return Ok(Some(compared));
        }
    }
    Ok(None)
}

/// The last commit of the way.
fn head_of(compared: &Compared) -> Option<Oid> {
    let parents: BTreeSet<&Oid> = compared.commits.iter().flat_map(|commit| &commit.parents).collect();
    compared.commits.iter().rev().map(|commit| &commit.oid).find(|oid| !parents.contains(oid)).cloned()
}

async fn by_graphql(
    github: &GitHub,
    repo: &Repo,
    compared: &Compared,
    head: &Oid,
) -> Result<(Vec<Merged>, bool), Error> {
    let mut missing: BTreeSet<&Oid> = compared.commits.iter().map(|commit| &commit.oid).collect();
    let pages = u64::try_from(missing.len()).unwrap_or(u64::MAX).div_ceil(100) + SPARE_PAGES;
    let (mut merged, mut after) = (Vec::new(), None);
    for _ in 0..pages {
        let page = github.history(repo, head, after.as_deref()).await?;
        for past in page.commits.into_iter().filter(|past| missing.remove(&past.oid)) {
            merged.extend(past.merged);
        }
        after = page.next;
        if missing.is_empty() || after.is_none() {
            break;
        }
    }
    Ok((merged, !missing.is_empty()))
}

/// A merge brings nothing that its sides have not brought.
async fn by_rest(github: &GitHub, repo: &Repo, compared: &Compared) -> Result<(Vec<Merged>, bool), Error> {
    let single: Vec<&Oid> = compared
        .commits
        .iter()
        .rev()
        .filter(|commit| commit.parents.len() < 2)
        .map(|commit| &commit.oid)
        .collect();
    let mut merged = Vec::new();
    for oid in single.iter().take(MOST_BY_REST) {
        merged.extend(github.merged_with(repo, oid).await?);
    }
    Ok((merged, single.len() > MOST_BY_REST))
}

/// What waits to be deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How many commits, merges left out.
    pub commits: u64,
    /// When the first of them was made.
    pub since: Option<Timestamp>,
}

/// What `new`, a version or a branch, has beyond the version `old`; `None` where the forge does not
/// know one of them.
///
/// # Errors
/// The forge refuses or does not answer.
pub async fn waiting(
    github: &GitHub,
    repo: &Repo,
    old: &str,
    new: &str,
) -> Result<Option<Waiting>, ForgeFault> {
    let Some(compared) = first_known(github, repo, old, new).await? else {
        return Ok(None);
    };
    let merges = compared.commits.iter().filter(|commit| commit.parents.len() > 1).count();
    let commits = compared.ahead_by.saturating_sub(u64::try_from(merges).unwrap_or_default());
    let since = compared.commits.iter().filter_map(|commit| commit.committed).min();
    Ok(Some(Waiting { commits, since }))
}
