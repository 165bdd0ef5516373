//! Which of two commits contains the other, and the commits between them.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::call::{Call, value};
use crate::limits::Repeat;
use crate::{Error, GitHub, Oid, Repo};

/// More commits than this are counted and not listed: 20 pages.
const PAGES: usize = 20;

/// How the head of a comparison stands to its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It contains the base, and more.
    Ahead,
    /// The base contains it, and more.
    Behind,
    /// They are the same.
    Identical,
    /// Neither contains the other.
    Diverged,
}

/// A comparison of two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// How the head stands to the base.
    pub standing: Standing,
    /// Commits of the head that the base has not.
    pub ahead_by: u64,
    /// Commits of the base that the head has not.
    pub behind_by: u64,
    /// The commits that only the head has, oldest first; fewer than [`ahead_by`](Self::ahead_by) of
    /// a very long way.
    pub commits: Vec<Commit>,
    /// The base itself.
    pub base: Oid,
    /// Where the ways part; the base itself where the head contains it.
    pub merge_base: Oid,
}

/// A commit, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub oid: Oid,
    /// The id of its files.
    pub tree: Oid,
    /// Its parents; two of a merge.
    pub parents: Vec<Oid>,
    /// Its whole message.
    pub message: String,
    /// When it was committed.
    pub committed: Option<Timestamp>,
    /// Who is said to have written it: the account, else the name.
    pub author: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    status: Standing,
    ahead_by: u64,
    behind_by: u64,
    commits: Vec<Listed>,
    base_commit: Id,
    merge_base_commit: Id,
}

#[derive(Deserialize)]
struct Id {
    sha: Oid,
}

#[derive(Deserialize)]
struct Listed {
    sha: Oid,
    commit: Inner,
    parents: Vec<Id>,
    author: Option<Value>,
}

#[derive(Deserialize)]
struct Inner {
    message: String,
    tree: Id,
    author: Option<Person>,
    committer: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    name: Option<String>,
    date: Option<Timestamp>,
}

impl From<Listed> for Commit {
    fn from(listed: Listed) -> Self {
        let login = listed.author.as_ref().and_then(|author| author.get("login")).and_then(Value::as_str);
        let name = listed.commit.author.and_then(|person| person.name);
        Self {
            oid: listed.sha,
            tree: listed.commit.tree.sha,
            parents: listed.parents.into_iter().map(|parent| parent.sha).collect(),
            message: listed.commit.message,
            committed: listed.commit.committer.and_then(|person| person.date),
            author: login.map(str::to_owned).or(name),
        }
    }
}

impl GitHub {
    /// Compares two commits, tags or branches of a repository.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of them is not there; else the answer's own error.
    pub async fn compare(&self, repo: &Repo, base: &str, head: &str) -> Result<Compared, Error> {
        let range = format!("{base}...{head}");
        let call = Call::get(repo, &["compare", &range]).with("per_page", "100");
        let mut answer = self.call(&call).await?;
        let first: Page = value(answer.json)?;
        let mut commits: Vec<Commit> = first.commits.into_iter().map(Commit::from).collect();
        for _ in 1..PAGES {
            let Some(next) = answer.next.filter(|next| self.base.holds(next)) else {
                break;
            };
            answer = self.send(reqwest::Method::GET, &next, None, Repeat::Read).await?;
            let page: Page = value(answer.json)?;
            commits.extend(page.commits.into_iter().map(Commit::from));
        }
        Ok(Compared {
            standing: first.status,
            ahead_by: first.ahead_by,
            behind_by: first.behind_by,
            commits,
            base: first.base_commit.sha,
            merge_base: first.merge_base_commit.sha,
        })
    }
}
