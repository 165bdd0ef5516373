//! Pull requests, with their labels and assignees.

use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::graphql::Query;
use crate::limits::Repeat;
use crate::{Branch, Error, GitHub, Oid, Repo};

const AUTO_MERGE: Query = Query { name: "AutoMerge", text: include_str!("queries/auto_merge.graphql") };

/// The machine looks at what it opened itself; a thousand of one branch are beyond all measure.
const PAGES: usize = 10;

/// Which pull requests are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullState {
    /// Neither merged nor closed.
    Open,
    /// Merged or closed.
    Closed,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its name for GraphQL.
    pub node_id: String,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its text; none and an empty one are the same.
    pub body: String,
    /// Whether it is open.
    pub open: bool,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    /// The branch it comes from.
    pub head: String,
    /// The last commit of that branch.
    pub head_oid: Oid,
    /// The branch it goes to.
    pub base: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Who is assigned.
    pub assignees: Vec<String>,
    /// Whether it merges by itself once it may.
    pub auto_merge: bool,
}

/// What is to be changed of a pull request; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullEdit {
    /// The new title.
    pub title: Option<String>,
    /// The new text.
    pub body: Option<String>,
    /// Close it.
    pub close: bool,
}

#[derive(Deserialize)]
struct Listed {
    number: u64,
    node_id: String,
    html_url: String,
    title: String,
    body: Option<String>,
    state: String,
    merged_at: Option<Timestamp>,
    head: End,
    base: End,
    labels: Vec<Named>,
    #[serde(default)]
    assignees: Option<Vec<Account>>,
    #[serde(default)]
    auto_merge: Option<Value>,
}

#[derive(Deserialize)]
struct End {
    #[serde(rename = "ref")]
    name: String,
    sha: Oid,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Account {
    login: String,
}

impl From<Listed> for Pull {
    fn from(listed: Listed) -> Self {
        Self {
            number: listed.number,
            node_id: listed.node_id,
            url: listed.html_url,
            title: listed.title,
            body: listed.body.unwrap_or_default(),
            open: listed.state == "open",
            merged_at: listed.merged_at,
            head: listed.head.name,
            head_oid: listed.head.sha,
            base: listed.base.name,
            labels: listed.labels.into_iter().map(|label| label.name).collect(),
            assignees: listed
                .assignees
                .unwrap_or_default()
                .into_iter()
                .map(|account| account.login)
                .collect(),
            auto_merge: listed.auto_merge.is_some_and(|value| !value.is_null()),
        }
    }
}

impl GitHub {
    /// The pull requests of a repository, newest first; only those from `head`, where it is given.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn pulls(
        &self,
        repo: &Repo,
        head: Option<&Branch>,
        state: PullState,
    ) -> Result<Vec<Pull>, Error> {
        let state = match state {
            PullState::Open => "open",
            PullState::Closed => "closed",
        };
        let mut call = Call::get(repo, &["pulls"]).with("state", state);
        if let Some(head) = head {
            call = call.with("head", format!("{}:{head}", repo.owner()));
        }
        let listed: Vec<Listed> = self.pages(call, PAGES, std::convert::identity).await?;
        Ok(listed.into_iter().map(Pull::from).collect())
    }

    /// Who merged a pull request; `None` for a machine.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn merged_by(&self, repo: &Repo, number: u64) -> Result<Option<String>, Error> {
        #[derive(Deserialize)]
        struct Whole {
            merged_by: Option<Person>,
        }
        #[derive(Deserialize)]
        struct Person {
            login: String,
            #[serde(rename = "type")]
            kind: String,
        }
        let number = number.to_string();
        let whole: Whole = self.one(&Call::get(repo, &["pulls", &number])).await?;
        Ok(whole.merged_by.filter(|person| person.kind == "User").map(|person| person.login))
    }

    /// Opens a pull request. GitHub allows one open one of two branches, and says so.
    ///
    /// # Errors
    /// [`Error::Invalid`] where one is open already; [`Error::Unconfirmed`] where nobody answered,
    /// and it may be there.
    pub async fn open_pull(
        &self,
        repo: &Repo,
        head: &Branch,
        base: &Branch,
        title: &str,
        body: &str,
    ) -> Result<Pull, Error> {
        let body =
            json!({"head": head, "base": base, "title": title, "body": body, "maintainer_can_modify": true});
        let call = Call::write(Method::POST, repo, &["pulls"], body, Repeat::Never);
        Ok(self.one::<Listed>(&call).await?.into())
    }

    /// Edits or closes a pull request.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn edit_pull(&self, repo: &Repo, number: u64, edit: &PullEdit) -> Result<Pull, Error> {
        let mut body = Map::new();
        if let Some(title) = &edit.title {
            body.insert("title".to_owned(), title.as_str().into());
        }
        if let Some(text) = &edit.body {
            body.insert("body".to_owned(), text.as_str().into());
        }
        if edit.close {
            body.insert("state".to_owned(), "closed".into());
        }
        let number = number.to_string();
        let path = ["pulls", number.as_str()];
        let call = Call::write(Method::PATCH, repo, &path, Value::Object(body), Repeat::Write);
        Ok(self.one::<Listed>(&call).await?.into())
    }

    /// Adds labels; those that are there stay, and a label that nobody has made is made.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn add_labels(&self, repo: &Repo, number: u64, labels: &[String]) -> Result<(), Error> {
        let number = number.to_string();
        let path = ["issues", number.as_str(), "labels"];
        let call = Call::write(Method::POST, repo, &path, json!({"labels": labels}), Repeat::Write);
        self.call(&call).await.map(drop)
    }

    /// Assigns accounts; GitHub leaves those out that may not be assigned, and says nothing. Those
    /// who are assigned then.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn assign(&self, repo: &Repo, number: u64, accounts: &[String]) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Issue {
            #[serde(default)]
            assignees: Vec<Account>,
        }
        let number = number.to_string();
        let path = ["issues", number.as_str(), "assignees"];
        let call = Call::write(Method::POST, repo, &path, json!({"assignees": accounts}), Repeat::Write);
        let issue: Issue = self.one(&call).await?;
        Ok(issue.assignees.into_iter().map(|account| account.login).collect())
    }

    /// Lets a pull request merge by itself once every requirement is met, but no other commit than
    /// `head`.
    ///
    /// # Errors
    /// [`Error::Query`] where the repository does not allow it, or nothing is required of the branch.
    pub async fn enable_auto_merge(&self, pull: &Pull, head: &Oid) -> Result<(), Error> {
        let input = json!({"input": {"pullRequestId": pull.node_id, "expectedHeadOid": head}});
        self.query(AUTO_MERGE, input, Repeat::Write).await.map(drop)
    }
}
