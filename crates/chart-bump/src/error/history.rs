//! Why the history of upstream, or git at all, cannot be asked.

use camino::Utf8PathBuf;

/// What is wrong with git, or with a clone of upstream.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryFault {
    /// Git did not run.
    #[error("cannot run git")]
    Git(#[source] child::Error),
    /// Git ran, and failed.
    #[error("git fails in {clone}: {said}")]
    Failed {
        /// The folder.
        clone: Utf8PathBuf,
        /// What it said.
        said: String,
    },
    /// A clone that was cut off.
    #[error("{clone} is a shallow clone, which does not tell what contains what")]
    Shallow {
        /// The clone.
        clone: Utf8PathBuf,
    },
    /// The clone has no such branch.
    #[error("{clone} has no branch `{branch}`")]
    NoBranch {
        /// The clone.
        clone: Utf8PathBuf,
        /// The branch.
        branch: String,
    },
    /// A folder of clones without the one that is wanted.
    #[error("{folder} holds no clone of {repo}")]
    NoClone {
        /// The folder.
        folder: Utf8PathBuf,
        /// The repository, `owner/name` on GitHub, or the name of what is bumped.
        repo: String,
    },
    /// The clone has no such commit, or several.
    #[error("the clone of upstream has no single commit {commit}")]
    NoCommit {
        /// The commit.
        commit: String,
    },
}

impl HistoryFault {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Git(_) => "history.git",
            Self::Failed { .. } => "history.git_failed",
            Self::Shallow { .. } => "history.shallow",
            Self::NoBranch { .. } => "history.no_branch",
            Self::NoClone { .. } => "history.no_clone",
            Self::NoCommit { .. } => "history.no_commit",
        }
    }

    pub(super) const fn help(&self) -> &'static str {
        match self {
            Self::Git(_) => "look whether git is installed, and whether the folder is there",
            Self::Failed { .. } => "look at what git says; a clone of upstream must be one that you may read",
            Self::Shallow { .. } => "run `git fetch --unshallow` in it",
            Self::NoBranch { .. } => "run `git fetch` in it, or correct `upstream.branch` in bump.yaml",
            Self::NoClone { .. } => "run `git clone` in it, or name the clone itself",
            Self::NoCommit { .. } => "run `git fetch` in the clone, or give more digits",
        }
    }
}
