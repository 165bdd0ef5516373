//! The past of a commit, with the pull requests that brought it.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::call::{Call, value};
use crate::graphql::Query;
use crate::limits::Repeat;
use crate::{Error, GitHub, Oid, Repo};

const HISTORY: Query = Query { name: "History", text: include_str!("queries/history.graphql") };

/// A hundred commits of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The commits, newest first.
    pub commits: Vec<Past>,
    /// What to give to [`GitHub::history`] for the next page; `None` at the root.
    pub next: Option<String>,
}

/// A commit, and what brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Its id.
    pub oid: Oid,
    /// When it was committed.
    pub committed: Timestamp,
    /// The merged pull requests of this repository that it belongs to.
    pub merged: Vec<Merged>,
}

/// A merged pull request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Merged {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// When it was merged.
    pub merged_at: Timestamp,
    /// The account that opened it; a deleted one is nobody.
    pub author: Option<String>,
    /// The person who merged it; `None` for a machine, and where nobody told.
    pub merged_by: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
}

#[derive(Deserialize)]
struct Data {
    repository: Option<Holder>,
}

#[derive(Deserialize)]
struct Holder {
    object: Option<Object>,
}

#[derive(Deserialize)]
struct Object {
    history: Option<Nodes<Node>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Nodes<T> {
    page_info: Option<PageInfo>,
    nodes: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    oid: Oid,
    committed_date: Timestamp,
    associated_pull_requests: Option<Nodes<Associated>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Associated {
    number: u64,
    title: String,
    url: String,
    merged_at: Option<Timestamp>,
    author: Option<Actor>,
    merged_by: Option<Actor>,
    labels: Option<Nodes<Named>>,
    base_repository: Option<Named>,
}

#[derive(Deserialize)]
struct Actor {
    #[serde(rename = "__typename", default)]
    kind: String,
    login: String,
}

#[derive(Deserialize)]
struct Named {
    #[serde(alias = "nameWithOwner")]
    name: String,
}

impl Associated {
    /// The pull request, where it was merged into `repo`: a fork's own ones tell nothing.
    fn merged(self, repo: &Repo) -> Option<Merged> {
        let home =
            self.base_repository.as_ref().is_none_or(|home| home.name.eq_ignore_ascii_case(repo.as_str()));
        let merged_at = self.merged_at.filter(|_| home)?;
        let person = self.merged_by.filter(|actor| actor.kind == "User");
        Some(Merged {
            number: self.number,
            title: self.title,
            url: self.url,
            merged_at,
            author: self.author.map(|actor| actor.login),
            merged_by: person.map(|actor| actor.login),
            labels: self
                .labels
                .map(|labels| labels.nodes.into_iter().map(|label| label.name).collect())
                .unwrap_or_default(),
        })
    }
}

impl GitHub {
    /// A page of the history of `head`, from `after` on.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such repository or commit; GraphQL wants a token, and
    /// without one the answer is [`Error::Unauthorized`] or [`Error::Forbidden`].
    pub async fn history(&self, repo: &Repo, head: &Oid, after: Option<&str>) -> Result<HistoryPage, Error> {
        let variables = json!({"owner": repo.owner(), "name": repo.name(), "head": head, "after": after});
        let data: Data = value(self.query(HISTORY, variables, Repeat::Read).await?)?;
        let absent = || Error::NotFound { message: format!("commit {head} of {repo}") };
        let history = data.repository.and_then(|holder| holder.object).and_then(|object| object.history);
        let history = history.ok_or_else(absent)?;
        let past = |node: Node| Past {
            oid: node.oid,
            committed: node.committed_date,
            merged: node
                .associated_pull_requests
                .map(|found| found.nodes.into_iter().filter_map(|pull| pull.merged(repo)).collect())
                .unwrap_or_default(),
        };
        Ok(HistoryPage {
            next: history.page_info.filter(|page| page.has_next_page).and_then(|page| page.end_cursor),
            commits: history.nodes.into_iter().map(past).collect(),
        })
    }

    /// The merged pull requests that brought one commit, by the REST API alone. It tells neither who
    /// merged them nor, to whoever has no token, more than sixty times an hour.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn merged_with(&self, repo: &Repo, commit: &Oid) -> Result<Vec<Merged>, Error> {
        let call = Call::get(repo, &["commits", commit.as_str(), "pulls"]);
        let pulls: Vec<Rest> = self.pages(call, 1, std::convert::identity).await?;
        Ok(pulls.into_iter().filter_map(|pull| pull.merged(repo)).collect())
    }
}

#[derive(Deserialize)]
struct Rest {
    number: u64,
    title: String,
    html_url: String,
    merged_at: Option<Timestamp>,
    user: Option<Account>,
    labels: Vec<Named>,
    base: RestBase,
}

#[derive(Deserialize)]
struct Account {
    login: String,
}

#[derive(Deserialize)]
struct RestBase {
    repo: RestRepo,
}

#[derive(Deserialize)]
struct RestRepo {
    full_name: String,
}

impl Rest {
    fn merged(self, repo: &Repo) -> Option<Merged> {
        let home = self.base.repo.full_name.eq_ignore_ascii_case(repo.as_str());
        Some(Merged {
            number: self.number,
            title: self.title,
            url: self.html_url,
            merged_at: self.merged_at.filter(|_| home)?,
            author: self.user.map(|account| account.login),
            merged_by: None,
            labels: self.labels.into_iter().map(|label| label.name).collect(),
        })
    }
}
