//! Everything that this GitHub keeps.

use std::collections::{BTreeMap, BTreeSet};

use super::objects::{Commit, Files, Objects};
use super::{Asked, Fault};

/// Chooses what breaks.
pub(crate) type Chooser = Box<dyn FnMut(&Asked) -> Option<Fault> + Send>;

/// The state behind the port.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) repositories: BTreeMap<String, Repository>,
    /// Each token, and whether it may write.
    pub(crate) tokens: BTreeMap<String, bool>,
    pub(crate) chooser: Option<Chooser>,
    pub(crate) violations: Vec<String>,
    pub(crate) asked: Vec<Asked>,
    /// How many answers were only that nothing had changed.
    pub(crate) unchanged: usize,
    /// Seconds since 1970 that pass with every write.
    pub(crate) clock: i64,
}

/// A repository.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    pub(crate) name: String,
    pub(crate) objects: Objects,
    pub(crate) branches: BTreeMap<String, String>,
    /// Each tag with its commit, newest last.
    pub(crate) tags: Vec<(String, String)>,
    /// Each release: its tag, its notes, and whether it is not for everybody yet; newest last.
    pub(crate) releases: Vec<(String, String, bool)>,
    /// The check runs of a commit: name, and how it ended.
    pub(crate) checks: BTreeMap<String, Vec<(String, Option<String>)>>,
    pub(crate) pulls: Vec<Pull>,
    pub(crate) assignable: BTreeSet<String>,
    pub(crate) auto_merge: bool,
}

/// How a pull request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullState {
    /// Neither merged nor closed.
    Open,
    /// Closed without a merge.
    Closed,
    /// Merged.
    Merged,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// How it stands.
    pub state: PullState,
    /// The branch it comes from.
    pub head: String,
    /// The last commit of that branch.
    pub head_oid: String,
    /// The branch it goes to.
    pub base: String,
    /// Who opened it.
    pub author: String,
    /// Who merged it.
    pub merged_by: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// Who is assigned.
    pub assignees: Vec<String>,
    /// Whether it merges by itself.
    pub auto_merge: bool,
    /// The commits that it brought, where it was merged.
    pub commits: Vec<String>,
    /// Seconds since 1970.
    pub at: i64,
}

/// The files that a commit changes: each with its whole new text.
pub type Change<'a> = &'a [(&'a str, &'a str)];

impl State {
    /// A moment later than every one before.
    pub(crate) fn tick(&mut self) -> i64 {
        self.clock += 60;
        self.clock
    }
}

impl Repository {
    pub(crate) fn owner(&self) -> &str {
        self.name.split_once('/').map_or("", |(owner, _)| owner)
    }

    /// The commit of a branch, a tag or an id, whole or abbreviated.
    pub(crate) fn find(&self, reference: &str) -> Option<&Commit> {
        let branch = self.branches.get(if reference == "HEAD" { "main" } else { reference });
        let tag = || self.tags.iter().find(|(name, _)| name == reference).map(|(_, oid)| oid);
        match branch.or_else(tag) {
            Some(oid) => self.objects.find(oid),
            None => self.objects.abbreviated(reference),
        }
    }

    /// The commits of `head` that `base` has not, oldest first.
    pub(crate) fn between(&self, base: &str, head: &str) -> Vec<&Commit> {
        let known: BTreeSet<&str> =
            self.objects.past(base).iter().map(|commit| commit.oid.as_str()).collect();
        let past = self.objects.past(head);
        past.into_iter().rev().filter(|commit| !known.contains(commit.oid.as_str())).collect()
    }

    /// Puts a commit with changed files on a branch, or beside it.
    pub(crate) fn commit(
        &mut self,
        parents: &[String],
        message: &str,
        author: &str,
        files: Change<'_>,
        at: i64,
    ) -> Commit {
        let parent = parents.first().and_then(|oid| self.objects.find(oid));
        let tree = parent.map(|commit| commit.tree.clone()).unwrap_or_default();
        let mut whole: Files = self.objects.files(&tree).cloned().unwrap_or_default();
        whole.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let tree = self.objects.tree(&whole);
        self.objects.commit(&tree, parents, message, author, at)
    }

    /// What follows for pull requests when a branch has moved: their head moves along, and one that
    /// brings nothing more, or whose branch is gone, is closed.
    pub(crate) fn follow(&mut self, branch: &str) {
        let now = self.branches.get(branch).cloned();
        let mut pulls = std::mem::take(&mut self.pulls);
        for pull in pulls.iter_mut().filter(|pull| pull.head == branch && pull.state == PullState::Open) {
            let base = self.branches.get(&pull.base).cloned().unwrap_or_default();
            match &now {
                Some(oid) if !self.between(&base, oid).is_empty() => pull.head_oid.clone_from(oid),
                _ => pull.state = PullState::Closed,
            }
        }
        self.pulls = pulls;
    }
}
