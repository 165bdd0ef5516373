//! Why a pull request is not what it is to be.

use std::borrow::Cow;

use camino::Utf8PathBuf;
use github_client::{Branch, Commit, Oid};

use crate::error::BumpError;

/// Why nothing more was done at the forge.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForgeFault {
    /// The forge itself.
    #[error(transparent)]
    GitHub(#[from] github_client::Error),
    /// A person's commit stands on the branch.
    #[error("{} on branch {branch} is a person's, by {author}", short(.commit))]
    Person {
        /// The branch.
        branch: Branch,
        /// The commit.
        commit: Oid,
        /// Who is said to have written it.
        author: String,
    },
    /// Nobody said which repository is meant.
    #[error("`{name}` is no repository on GitHub")]
    NoRepository {
        /// What was given, or what git calls `origin`.
        name: String,
    },
    /// The repository has no such branch to build on.
    #[error("the repository has no branch {branch}")]
    NoBase {
        /// The branch.
        branch: Branch,
    },
    /// The files are not as they stand on the base.
    #[error("{file} is not as it stands on {base}")]
    BaseDiffers {
        /// The file.
        file: Utf8PathBuf,
        /// The base.
        base: Branch,
    },
    /// A person closed this very proposal.
    #[error("pull request #{number} with the title `{title}` was closed without a merge")]
    Declined {
        /// The pull request.
        number: u64,
        /// Its title.
        title: String,
    },
    /// What was last deployed of this name was rolled back.
    #[error("what #{number} brought (`{title}`) was rolled back, and nobody has acknowledged it")]
    RolledBack {
        /// The pull request.
        number: u64,
        /// Its title.
        title: String,
        /// The label that says so.
        label: String,
    },
    /// Upstream's own checks of the commit are not green.
    #[error("upstream's checks of {what} {}: {}", if *.failed { "failed" } else { "have not ended" }, .checks.join(", "))]
    Checks {
        /// The version.
        what: String,
        /// Whether one failed; else one still runs.
        failed: bool,
        /// The names of the checks.
        checks: Vec<String>,
    },
    /// Something always came in between.
    #[error("the branch or the pull request changed under every one of {rounds} tries")]
    Unsettled {
        /// How often it was looked at.
        rounds: usize,
    },
}

fn short(commit: &Oid) -> &str {
    commit.as_str().get(..9).unwrap_or_default()
}

impl ForgeFault {
    /// That `commit` on `branch` is a person's.
    pub(super) fn person(branch: &Branch, commit: &Commit) -> Self {
        let author = commit.author.clone().unwrap_or_else(|| "nobody that is known".to_owned());
        Self::Person { branch: branch.clone(), commit: commit.oid.clone(), author }
    }

    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::GitHub(error) => problem::Diagnose::code(error).as_str(),
            Self::Person { .. } => "forge.person",
            Self::NoRepository { .. } => "forge.no_repository",
            Self::NoBase { .. } => "forge.no_base",
            Self::BaseDiffers { .. } => "forge.base_differs",
            Self::Declined { .. } => "forge.declined",
            Self::RolledBack { .. } => "forge.rolled_back",
            Self::Checks { .. } => "forge.checks",
            Self::Unsettled { .. } => "forge.unsettled",
        }
    }

    pub(crate) fn help(&self) -> Cow<'static, str> {
        match self {
            Self::GitHub(error) => {
                problem::Diagnose::help(error).map(|help| help.into_owned()).unwrap_or_default().into()
            }
            Self::Person { branch, .. } => format!(
                "merge or close its pull request, or delete the branch {branch}: a branch with a person's commit is theirs"
            )
            .into(),
            Self::NoRepository { .. } => "name it with `--repo OWNER/NAME`".into(),
            Self::NoBase { .. } => "name the branch that pull requests go to with `--base`".into(),
            Self::BaseDiffers { base, .. } => {
                format!("update the clone to the tip of {base}, without changes of your own").into()
            }
            Self::Declined { number, .. } => {
                format!("reopen #{number}, wait for a newer version, or pass `--allow declined`").into()
            }
            Self::RolledBack { number, label, .. } => format!(
                "when the cause is known, take the label `{label}` off #{number}, or pass `--allow rolled-back`"
            )
            .into(),
            Self::Checks { failed: true, .. } => {
                "look at upstream's checks, choose another version, or pass `--allow checks`".into()
            }
            Self::Checks { .. } => "run it again when they have ended, or pass `--allow checks`".into(),
            Self::Unsettled { .. } => "look who else writes to the branch, and run it again".into(),
        }
    }
}

impl From<ForgeFault> for BumpError {
    fn from(fault: ForgeFault) -> Self {
        Self::Forge(fault.into())
    }
}
