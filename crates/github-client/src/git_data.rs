//! Objects of git: trees and commits, each named by its content.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::limits::Repeat;
use crate::{Error, GitHub, Oid, Repo};

/// The kind of an entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Mode {
    /// A file.
    #[serde(rename = "100644")]
    File,
    /// A program.
    #[serde(rename = "100755")]
    Program,
    /// A folder.
    #[serde(rename = "040000")]
    Folder,
    /// A symbolic link.
    #[serde(rename = "120000")]
    Link,
    /// Another repository.
    #[serde(rename = "160000")]
    Submodule,
}

impl Mode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Program => "100755",
            Self::Folder => "040000",
            Self::Link => "120000",
            Self::Submodule => "160000",
        }
    }
}

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TreeEntry {
    /// Its name in the folder.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// The id of its content.
    #[serde(rename = "sha")]
    pub oid: Oid,
}

/// A file to put into a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its path from the top.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// Its whole text.
    pub text: String,
}

/// A commit, as git has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitObject {
    /// Its id.
    pub oid: Oid,
    /// The id of its files.
    pub tree: Oid,
    /// Its parents.
    pub parents: Vec<Oid>,
    /// Its whole message.
    pub message: String,
}

#[derive(Deserialize)]
struct Id {
    sha: Oid,
}

#[derive(Deserialize)]
struct Tree {
    sha: Oid,
    #[serde(default)]
    tree: Vec<TreeEntry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct Stored {
    sha: Oid,
    tree: Id,
    parents: Vec<Id>,
    message: String,
}

impl From<Stored> for CommitObject {
    fn from(stored: Stored) -> Self {
        Self {
            oid: stored.sha,
            tree: stored.tree.sha,
            parents: stored.parents.into_iter().map(|parent| parent.sha).collect(),
            message: stored.message,
        }
    }
}

impl GitHub {
    /// A commit by its id.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn commit(&self, repo: &Repo, oid: &Oid) -> Result<CommitObject, Error> {
        let stored: Stored = self.one(&Call::get(repo, &["git", "commits", oid.as_str()])).await?;
        Ok(stored.into())
    }

    /// The entries of one folder.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the folder has more entries than GitHub lists; else the answer's own
    /// error.
    pub async fn tree(&self, repo: &Repo, oid: &Oid) -> Result<Vec<TreeEntry>, Error> {
        let tree: Tree = self.one(&Call::get(repo, &["git", "trees", oid.as_str()])).await?;
        if tree.truncated {
            return Err(Error::Conflict { message: format!("the folder {oid} is too large to be listed") });
        }
        Ok(tree.tree)
    }

    /// Makes a tree: `base` with `files` in it. Nothing points to it yet.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn create_tree(&self, repo: &Repo, base: &Oid, files: &[NewFile]) -> Result<Oid, Error> {
        let entry = |file: &NewFile| json!({"path": file.path, "mode": file.mode.as_str(), "type": "blob", "content": file.text});
        let entries: Vec<Value> = files.iter().map(entry).collect();
        let body = json!({"base_tree": base, "tree": entries});
        let call = Call::write(Method::POST, repo, &["git", "trees"], body, Repeat::Write);
        Ok(self.one::<Tree>(&call).await?.sha)
    }

    /// Makes a commit. Nothing points to it yet. Author and committer are whose token it is, so that
    /// GitHub signs what an app commits.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn create_commit(
        &self,
        repo: &Repo,
        tree: &Oid,
        parent: &Oid,
        message: &str,
    ) -> Result<CommitObject, Error> {
        let body = json!({"tree": tree, "parents": [parent], "message": message});
        let call = Call::write(Method::POST, repo, &["git", "commits"], body, Repeat::Write);
        let stored: Stored = self.one(&call).await?;
        Ok(stored.into())
    }
}
