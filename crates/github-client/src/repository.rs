//! What is to know of a repository before anything is written to it.

use serde::Deserialize;

use crate::call::Call;
use crate::{Branch, Error, GitHub, Repo};

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// Its name for GraphQL.
    pub node_id: String,
    /// Its name as GitHub writes it today.
    pub full_name: Repo,
    /// The branch that a pull request goes to.
    pub default_branch: Branch,
    /// Whether the setting lets a pull request merge by itself; absent where the token may not know.
    #[serde(default)]
    pub allow_auto_merge: Option<bool>,
    /// Whether nobody may write to it any more.
    #[serde(default)]
    pub archived: bool,
}

impl GitHub {
    /// A repository by its name.
    ///
    /// # Errors
    /// [`Error::NotFound`] also where the token may not see it; else the answer's own error.
    pub async fn repository(&self, repo: &Repo) -> Result<Repository, Error> {
        self.one(&Call::get(repo, &[])).await
    }
}
