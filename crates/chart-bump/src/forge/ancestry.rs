//! Which commit contains which, by the comparisons of the forge, where there is no clone to ask.

use std::collections::{BTreeMap, BTreeSet};

use github_client::{Compared, Error, GitHub, Oid, Repo};

use super::fault::ForgeFault;
use crate::history::History;
use crate::version::Version;

/// What there may be of a version at the forge: the commit that it names, else its tag in both forms.
#[must_use]
pub fn reference(version: &str) -> Vec<String> {
    match Version::detect(version).ok().as_ref().and_then(Version::commit) {
        Some(commit) => vec![commit.to_string()],
        None => vec![version.to_owned(), format!("v{version}")],
    }
}

/// The history of `branch` from each of `versions` on: whatever lies before all of them is not in it.
///
/// `versions` are those in use, and the one that is asked for: a version, a tag or a commit.
///
/// # Errors
/// The forge refuses or does not answer. A version that it does not know is left out.
pub async fn ancestry(
    github: &GitHub,
    repo: &Repo,
    branch: &str,
    versions: &[&str],
) -> Result<History, ForgeFault> {
    let mut graph = Graph::default();
    for version in versions {
        if let Some((name, compared)) = compare(github, repo, version, branch).await? {
            graph.add(&name, branch, &compared);
        }
    }
    let (commits, refs) = graph.text();
    let history = History::parse(&commits, &refs);
    Ok(history.clone().published_from(branch).unwrap_or(history))
}

/// `version` against the tip of `branch`, by the first of its names that the forge knows.
pub(super) async fn compare(
    github: &GitHub,
    repo: &Repo,
    version: &str,
    branch: &str,
) -> Result<Option<(String, Compared)>, ForgeFault> {
    for name in reference(version) {
        match github.compare(repo, &name, branch).await {
            Ok(compared) => return Ok(Some((name, compared))),
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// Commits with their parents, and the names that point to them.
#[derive(Debug, Default)]
struct Graph {
    parents: BTreeMap<Oid, Vec<Oid>>,
    /// In seconds since 1970, where the forge told it.
    times: BTreeMap<Oid, i64>,
    refs: BTreeMap<String, Oid>,
}

impl Graph {
    fn add(&mut self, name: &str, branch: &str, compared: &Compared) {
        // What lies before the parting is of no interest: it is a root here.
        self.parents.entry(compared.merge_base.clone()).or_default();
        if compared.base != compared.merge_base {
            self.parents.entry(compared.base.clone()).or_insert_with(|| vec![compared.merge_base.clone()]);
        }
        for commit in &compared.commits {
            self.parents.insert(commit.oid.clone(), commit.parents.clone());
            if let Some(committed) = commit.committed {
                self.times.insert(commit.oid.clone(), committed.as_second());
            }
        }
        self.refs.insert(format!("refs/tags/{name}"), compared.base.clone());
        let tip = compared.commits.last().map_or(&compared.merge_base, |last| &last.oid);
        // A tip is only known where the whole way to it was listed.
        if u64::try_from(compared.commits.len()) == Ok(compared.ahead_by) {
            self.refs.insert(
                format!("refs/remotes/origin/{branch}"),
                self.last_of(compared).unwrap_or(tip).clone(),
            );
        }
    }

    /// The commit that is nobody's parent: the forge lists by date, and clocks differ.
    fn last_of<'c>(&self, compared: &'c Compared) -> Option<&'c Oid> {
        let parents: BTreeSet<&Oid> = compared.commits.iter().flat_map(|commit| &commit.parents).collect();
        compared.commits.iter().map(|commit| &commit.oid).find(|oid| !parents.contains(oid))
    }

    /// As [`History::parse`] reads it, with the time first, and parents before their children.
    fn text(&self) -> (String, String) {
        let mut commits = String::new();
        let mut done: BTreeSet<&Oid> = BTreeSet::new();
        for start in self.parents.keys() {
            let mut open = vec![(start, false)];
            while let Some((oid, ready)) = open.pop() {
                let Some(parents) = self.parents.get(oid).filter(|_| !done.contains(oid)) else {
                    continue;
                };
                if ready {
                    done.insert(oid);
                    let words: Vec<&str> = std::iter::once(oid).chain(parents).map(Oid::as_str).collect();
                    let time = self.times.get(oid).copied().unwrap_or_default();
                    commits.push_str(&format!("{time} {}\n", words.join(" ")));
                } else {
                    open.push((oid, true));
                    open.extend(parents.iter().map(|parent| (parent, false)));
                }
            }
        }
        let refs = self.refs.iter().map(|(name, oid)| format!("{name} {oid}\n")).collect();
        (commits, refs)
    }
}
