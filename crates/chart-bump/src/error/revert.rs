//! Why a commit cannot be reverted.

use camino::Utf8PathBuf;

/// What stands between a commit and the bytes before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevertFault {
    /// No such commit, or no bump of that name.
    #[error("there is no bump `{what}` in the last {searched} commits")]
    NotFound {
        /// The commit or name as given.
        what: String,
        /// How many commits were looked at.
        searched: usize,
    },
    /// The commit is no bump.
    #[error("{commit} is no bump: its title is `{title}`")]
    NoBump {
        /// The commit.
        commit: String,
        /// Its title.
        title: String,
    },
    /// The commit did something else than change values of files that were there.
    #[error("{commit} does more with {file} than change its values")]
    NoEdit {
        /// The commit.
        commit: String,
        /// The file.
        file: Utf8PathBuf,
    },
    /// Somebody changed the value since.
    #[error("{file} has other bytes than {commit} left there, and `{path}` is no longer {value}")]
    ChangedSince {
        /// The commit.
        commit: String,
        /// The file.
        file: Utf8PathBuf,
        /// The way to the value.
        path: String,
        /// The value that it left.
        value: String,
    },
}

impl RevertFault {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "revert.not_found",
            Self::NoBump { .. } => "revert.no_bump",
            Self::NoEdit { .. } => "revert.no_edit",
            Self::ChangedSince { .. } => "revert.changed_since",
        }
    }

    pub(super) const fn help(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "name the commit of the bump: `bump revert COMMIT`",
            Self::NoBump { .. } => {
                "name the commit of a bump; `git log --oneline` shows titles such as `NAME: OLD...NEW`"
            }
            Self::NoEdit { .. } => "use `git revert` for this commit",
            Self::ChangedSince { .. } => {
                "revert what came later first, or write the version with `bump NAME VERSION --allow downgrade`"
            }
        }
    }
}
