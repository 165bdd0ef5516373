//! What a test sets up, and what it sees afterwards.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::objects::Files;
use super::state::{Change, Pull, PullState, Repository, State};
use super::{Asked, Fault};

/// A GitHub; clones are the same one.
#[derive(Clone, Default)]
pub struct GitHub(Arc<Mutex<State>>);

impl std::fmt::Debug for GitHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitHub").finish_non_exhaustive()
    }
}

impl GitHub {
    /// A GitHub without a repository, which knows one token that may write.
    #[must_use]
    pub fn new(token: &str) -> Self {
        let github = Self::default();
        let mut state = github.state();
        state.tokens.insert(token.to_owned(), true);
        state.clock = 1_790_000_000;
        drop(state);
        github
    }

    /// Knows another token, which only reads.
    pub fn add_reader(&self, token: &str) {
        self.state().tokens.insert(token.to_owned(), false);
    }

    /// A repository with one commit on `main`; the id of that commit.
    pub fn add_repository(&self, name: &str, files: Change<'_>) -> String {
        let mut state = self.state();
        let at = state.tick();
        let mut repository = Repository { name: name.to_owned(), auto_merge: true, ..Repository::default() };
        let first = repository.commit(&[], "first", "somebody", files, at).oid;
        repository.branches.insert("main".to_owned(), first.clone());
        state.repositories.insert(name.to_owned(), repository);
        first
    }

    /// A person's commit on a branch, which is made from `main` where it is not there; its id.
    pub fn push(
        &self,
        repository: &str,
        branch: &str,
        message: &str,
        author: &str,
        files: Change<'_>,
    ) -> String {
        self.change(repository, |repository, at| {
            let main = repository.branches.get("main").cloned();
            let parents: Vec<String> =
                repository.branches.get(branch).cloned().or(main).into_iter().collect();
            let oid = repository.commit(&parents, message, author, files, at).oid;
            repository.branches.insert(branch.to_owned(), oid.clone());
            repository.follow(branch);
            oid
        })
    }

    /// A pull request that is merged by a merge commit: its one commit and the merge, on `main`; the
    /// id of the merge.
    pub fn merge(&self, repository: &str, pull: &Merge<'_>) -> String {
        self.change(repository, |repository, at| {
            let main = repository.branches.get("main").cloned().unwrap_or_default();
            let files = [(pull.title, "done\n")];
            let side =
                repository.commit(std::slice::from_ref(&main), pull.title, pull.author, &files, at).oid;
            let message = format!("Merge pull request #{} from {}/side", pull.number, pull.author);
            let merge =
                repository.commit(&[main, side.clone()], &message, pull.merged_by, &files, at + 1).oid;
            repository.branches.insert("main".to_owned(), merge.clone());
            repository.pulls.push(Pull {
                number: pull.number,
                title: pull.title.to_owned(),
                body: String::new(),
                state: PullState::Merged,
                head: "side".to_owned(),
                head_oid: side.clone(),
                base: "main".to_owned(),
                author: pull.author.to_owned(),
                merged_by: Some(pull.merged_by.to_owned()),
                labels: pull.labels.iter().map(|label| (*label).to_owned()).collect(),
                assignees: Vec::new(),
                auto_merge: false,
                commits: vec![side, merge.clone()],
                at,
            });
            merge
        })
    }

    /// Merges an open pull request as a person would.
    pub fn merge_open(&self, repository: &str, number: u64, by: &str) {
        self.change(repository, |repository, at| {
            let Some(at_pull) = repository.pulls.iter().position(|pull| pull.number == number) else {
                return;
            };
            let Some(pull) = repository.pulls.get(at_pull).cloned() else { return };
            let main = repository.branches.get(&pull.base).cloned().unwrap_or_default();
            let tree =
                repository.objects.find(&pull.head_oid).map(|commit| commit.tree.clone()).unwrap_or_default();
            let mut brought: Vec<String> = repository
                .between(&main, &pull.head_oid)
                .into_iter()
                .map(|commit| commit.oid.clone())
                .collect();
            let parents = [main, pull.head_oid.clone()];
            let merge = repository.objects.commit(&tree, &parents, "Merge", by, at).oid;
            brought.push(merge.clone());
            repository.branches.insert(pull.base, merge);
            if let Some(pull) = repository.pulls.get_mut(at_pull) {
                pull.commits = brought;
                pull.state = PullState::Merged;
                pull.merged_by = Some(by.to_owned());
                pull.at = at;
            }
        });
    }

    /// Labels a pull request as a person would.
    pub fn label(&self, repository: &str, number: u64, labels: &[&str]) {
        self.change(repository, |repository, _| {
            for pull in repository.pulls.iter_mut().filter(|pull| pull.number == number) {
                pull.labels = labels.iter().map(|label| (*label).to_owned()).collect();
            }
        });
    }

    /// A tag at a commit.
    pub fn add_tag(&self, repository: &str, tag: &str, commit: &str) {
        self.change(repository, |repository, _| repository.tags.push((tag.to_owned(), commit.to_owned())));
    }

    /// A release of a tag with its notes.
    pub fn add_release(&self, repository: &str, tag: &str, notes: &str) {
        let release = (tag.to_owned(), notes.to_owned(), false);
        self.change(repository, |repository, _| repository.releases.push(release));
    }

    /// A release that is not for everybody yet.
    pub fn add_prerelease(&self, repository: &str, tag: &str) {
        let release = (tag.to_owned(), String::new(), true);
        self.change(repository, |repository, _| repository.releases.push(release));
    }

    /// A check run of a commit: how it ended, or that it runs.
    pub fn add_check(&self, repository: &str, commit: &str, name: &str, conclusion: Option<&str>) {
        self.change(repository, |repository, _| {
            let run = (name.to_owned(), conclusion.map(str::to_owned));
            repository.checks.entry(commit.to_owned()).or_default().push(run);
        });
    }

    /// Ends a check run that is there, or lets it end another way.
    pub fn end_check(&self, repository: &str, commit: &str, name: &str, conclusion: &str) {
        self.change(repository, |repository, _| {
            let runs = repository.checks.get_mut(commit).into_iter().flatten();
            for (_, ended) in runs.filter(|(own, _)| own == name) {
                *ended = Some(conclusion.to_owned());
            }
        });
    }

    /// Lets an account be assigned.
    pub fn add_collaborator(&self, repository: &str, account: &str) {
        self.change(repository, |repository, _| repository.assignable.insert(account.to_owned()));
    }

    /// Whether pull requests may merge by themselves.
    pub fn allow_auto_merge(&self, repository: &str, allowed: bool) {
        self.change(repository, |repository, _| repository.auto_merge = allowed);
    }

    /// Chooses what breaks from now on.
    pub fn break_by(&self, chooser: impl FnMut(&Asked) -> Option<Fault> + Send + 'static) {
        self.state().chooser = Some(Box::new(chooser));
    }

    /// Nothing breaks from now on.
    pub fn heal(&self) {
        self.state().chooser = None;
    }

    /// Every pull request of a repository, oldest first.
    #[must_use]
    pub fn pulls(&self, repository: &str) -> Vec<Pull> {
        self.state()
            .repositories
            .get(repository)
            .map(|repository| repository.pulls.clone())
            .unwrap_or_default()
    }

    /// Every branch of a repository with its commit.
    #[must_use]
    pub fn branches(&self, repository: &str) -> BTreeMap<String, String> {
        self.state()
            .repositories
            .get(repository)
            .map(|repository| repository.branches.clone())
            .unwrap_or_default()
    }

    /// The files of a branch by their path.
    #[must_use]
    pub fn files(&self, repository: &str, branch: &str) -> Files {
        let state = self.state();
        let commit = state.repositories.get(repository).and_then(|repository| {
            let commit = repository.find(branch)?;
            repository.objects.files(&commit.tree)
        });
        commit.cloned().unwrap_or_default()
    }

    /// The messages of the commits that a branch has and `main` has not, oldest first.
    #[must_use]
    pub fn ahead(&self, repository: &str, branch: &str) -> Vec<String> {
        let state = self.state();
        let Some(repository) = state.repositories.get(repository) else { return Vec::new() };
        let (Some(main), Some(head)) = (repository.branches.get("main"), repository.branches.get(branch))
        else {
            return Vec::new();
        };
        repository.between(main, head).into_iter().map(|commit| commit.message.clone()).collect()
    }

    /// Every request, in its order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// How many answers said only that nothing has changed.
    #[must_use]
    pub fn unchanged(&self) -> usize {
        self.state().unchanged
    }

    /// Every request and answer that GitHub's own description does not allow.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    fn change<T>(&self, name: &str, change: impl FnOnce(&mut Repository, i64) -> T) -> T {
        let mut state = self.state();
        let at = state.tick();
        let repository = state.repositories.entry(name.to_owned()).or_default();
        change(repository, at)
    }

    /// A thread that panicked while it held the lock leaves a state that is still good enough.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A merged pull request to set up.
#[derive(Debug, Clone, Copy)]
pub struct Merge<'a> {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: &'a str,
    /// Who opened it.
    pub author: &'a str,
    /// Who merged it.
    pub merged_by: &'a str,
    /// Its labels.
    pub labels: &'a [&'a str],
}
