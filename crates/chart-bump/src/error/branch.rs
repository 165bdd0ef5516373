//! Why the branch of a bump cannot be made.

/// What stands in the way of a commit on `bump/NAME`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BranchFault {
    /// A person worked on it.
    #[error("the branch {branch} holds {commit}, which a person made or changed")]
    Person {
        /// The branch.
        branch: String,
        /// Its last commit.
        commit: String,
    },
    /// It is checked out.
    #[error("the branch {branch} is checked out in {folder}")]
    CheckedOut {
        /// The branch.
        branch: String,
        /// The work tree.
        folder: String,
    },
    /// There is nothing to build it on.
    #[error("there is no commit `{base}` to build on")]
    NoBase {
        /// The base as given.
        base: String,
    },
    /// The name cannot be a branch.
    #[error("`{branch}` cannot be the name of a branch")]
    BadName {
        /// The branch.
        branch: String,
    },
}

impl BranchFault {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Person { .. } => "branch.person",
            Self::CheckedOut { .. } => "branch.checked_out",
            Self::NoBase { .. } => "branch.no_base",
            Self::BadName { .. } => "branch.bad_name",
        }
    }

    pub(super) const fn help(&self) -> &'static str {
        match self {
            Self::Person { .. } => "merge that work or delete the branch; then the bump is made anew",
            Self::CheckedOut { .. } => "switch to another branch there: this one is rebuilt from its base",
            Self::NoBase { .. } => "name the branch to build on with `--base BRANCH`",
            Self::BadName { .. } => "give it another name in bump.yaml",
        }
    }
}
