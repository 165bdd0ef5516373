//! A commit on a branch of its own, made without touching the work tree, the index or HEAD.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;

use crate::error::{BranchFault, BumpError};
use crate::git::Git;
use crate::plan::FileChange;
use crate::seal::{sealed, unsealed};

/// What begins the name of every branch that is rebuilt at will.
pub const PREFIX: &str = "bump/";

/// A branch with one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The branch.
    pub branch: String,
    /// Its commit.
    pub commit: String,
    /// The commit that it stands on.
    pub base: String,
    /// Whether it was made just now; `false` where the branch held the very same already.
    pub is_new: bool,
}

/// The commit that bumps are built on: `base` where it is given, else what is checked out, else,
/// where that is the branch of a bump, the branch that a clone begins with.
///
/// # Errors
/// There is no such commit, or git fails.
pub async fn base_commit(git: &Git, base: Option<&str>) -> Result<String, BumpError> {
    let head = git.maybe_text(&["symbolic-ref", "--short", "-q", "HEAD"]).await?;
    let on_bump = head.is_some_and(|head| head.starts_with(PREFIX));
    let names: &[&str] = match (base, on_bump) {
        (Some(base), _) => &[base],
        (None, false) => &["HEAD"],
        (None, true) => &["refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/master"],
    };
    for name in names {
        let commit = format!("{name}^{{commit}}");
        if let Some(commit) =
            git.maybe_text(&["rev-parse", "--verify", "-q", "--end-of-options", &commit]).await?
        {
            return Ok(commit);
        }
    }
    Err(BranchFault::NoBase { base: base.or(names.first().copied()).unwrap_or_default().to_owned() }.into())
}

/// When `commit` was made.
///
/// # Errors
/// Git fails.
pub async fn commit_time(git: &Git, commit: &str) -> Result<Timestamp, BumpError> {
    let seconds = git.text(&["log", "-1", "--format=%ct", commit, "--"]).await?;
    let time = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    Ok(time.unwrap_or(Timestamp::UNIX_EPOCH))
}

/// Rebuilds `bump/NAME` as one commit on `base` with `changes` and `message`.
///
/// The same changes on the same base are not committed twice.
///
/// # Errors
/// The branch holds a commit that a person made or changed, or is checked out; or git fails.
pub async fn commit_on_branch(
    git: &Git,
    name: &str,
    base: &str,
    changes: &[FileChange],
    message: &str,
) -> Result<Committed, BumpError> {
    let branch = format!("{PREFIX}{name}");
    let full = format!("refs/heads/{branch}");
    if git.maybe(&["check-ref-format", &full]).await?.is_none() {
        return Err(BranchFault::BadName { branch }.into());
    }
    let old = git.maybe_text(&["rev-parse", "--verify", "-q", &full]).await?;
    let tree = tree_with(git, base, changes).await?;
    let message = sealed(&tree, message);
    let done =
        |commit: String, is_new| Committed { branch: branch.clone(), commit, base: base.to_owned(), is_new };
    if let Some(old) = &old {
        let now = Commit::read(git, old).await?;
        if now.tree == tree && now.message == message && now.parents == [base] {
            return Ok(done(old.clone(), false));
        }
        may_be_rebuilt(git, &branch, old, &now, base).await?;
    }
    let folder = git.text(&["for-each-ref", "--format=%(worktreepath)", &full]).await?;
    if !folder.is_empty() {
        return Err(BranchFault::CheckedOut { branch, folder }.into());
    }
    let draft = Scratch::new(git, "message").await?;
    draft.write(message.as_bytes())?;
    let commit = git.text(&["commit-tree", &tree, "-p", base, "-F", draft.path.as_str()]).await?;
    let expected = old.unwrap_or_else(|| "0".repeat(commit.len()));
    git.bytes(&["update-ref", "-m", "bump", &full, &commit, &expected]).await?;
    Ok(done(commit, true))
}

/// A commit of ours may go, and so may one that is in the base already; a person's may not.
async fn may_be_rebuilt(
    git: &Git,
    branch: &str,
    old: &str,
    now: &Commit,
    base: &str,
) -> Result<(), BumpError> {
    let is_in_base = async |commit: &str| git.maybe(&["merge-base", "--is-ancestor", commit, base]).await;
    if is_in_base(old).await?.is_some() {
        return Ok(());
    }
    if now.is_ours()
        && let [parent] = now.parents.as_slice()
        && is_in_base(parent).await?.is_some()
    {
        return Ok(());
    }
    Err(BranchFault::Person { branch: branch.to_owned(), commit: old.to_owned() }.into())
}

/// The tree of `base` with `changes`, written into the repository's objects alone.
async fn tree_with(git: &Git, base: &str, changes: &[FileChange]) -> Result<String, BumpError> {
    let index = Scratch::new(git, "index").await?;
    let git = git.clone().with_env([("GIT_INDEX_FILE".to_owned(), index.path.to_string())]);
    git.bytes(&["read-tree", base]).await?;
    for change in changes {
        let text = Scratch::new(&git, "blob").await?;
        text.write(change.after.as_bytes())?;
        let blob = git.text(&["hash-object", "-w", "--no-filters", text.path.as_str()]).await?;
        let file: Utf8PathBuf = change.file.components().filter(|part| part.as_str() != ".").collect();
        let listed = git.text(&["ls-files", "-s", "--", file.as_str()]).await?;
        let mode = listed.split_ascii_whitespace().next().unwrap_or("100644").to_owned();
        let info = format!("{mode},{blob},{file}");
        git.bytes(&["update-index", "--add", "--cacheinfo", &info]).await?;
    }
    git.text(&["write-tree"]).await
}

/// A commit as git keeps it.
struct Commit {
    tree: String,
    parents: Vec<String>,
    message: String,
}

impl Commit {
    async fn read(git: &Git, commit: &str) -> Result<Self, BumpError> {
        let text = String::from_utf8_lossy(&git.bytes(&["cat-file", "commit", commit]).await?).into_owned();
        let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let fields = |key: &str| {
            let found = head.lines().filter_map(|line| line.split_once(' ')).filter(|(own, _)| *own == key);
            found.map(|(_, value)| value.to_owned()).collect::<Vec<_>>()
        };
        let tree = fields("tree").pop().unwrap_or_default();
        Ok(Self { tree, parents: fields("parent"), message: message.to_owned() })
    }

    fn is_ours(&self) -> bool {
        unsealed(&self.tree, &self.message).is_some()
    }
}

/// A file in git's own folder that goes away again.
struct Scratch {
    path: Utf8PathBuf,
}

impl Scratch {
    async fn new(git: &Git, what: &str) -> Result<Self, BumpError> {
        let folder = git.text(&["rev-parse", "--absolute-git-dir"]).await?;
        let path = Utf8Path::new(&folder).join(format!("bump-{what}-{}", std::process::id()));
        Ok(Self { path })
    }

    fn write(&self, bytes: &[u8]) -> Result<(), BumpError> {
        std::fs::write(&self.path, bytes)
            .map_err(|source| BumpError::Write { path: self.path.clone(), source })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
