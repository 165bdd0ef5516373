//! What the checks of a commit say.

use serde::Deserialize;
use serde_json::Value;

use crate::call::{Call, value};
use crate::{Error, GitHub, Repo};

/// A thousand check runs of one commit are beyond all measure.
const PAGES: usize = 10;

/// How a check ended, or that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckState {
    /// It is well, or does not apply.
    Passed,
    /// It has not ended.
    Pending,
    /// It is not well.
    Failed,
}

/// One check run or commit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: CheckState,
    /// Its page.
    pub url: Option<String>,
}

/// All checks of a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checks(pub Vec<Check>);

impl Checks {
    /// The worst of them; `None` where there are none.
    #[must_use]
    pub fn verdict(&self) -> Option<CheckState> {
        self.0.iter().map(|check| check.state).max()
    }

    /// Those in a state.
    pub fn in_state(&self, state: CheckState) -> impl Iterator<Item = &Check> {
        self.0.iter().filter(move |check| check.state == state)
    }
}

#[derive(Deserialize)]
struct Run {
    name: String,
    status: String,
    conclusion: Option<String>,
    html_url: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    context: String,
    state: String,
    target_url: Option<String>,
}

impl From<Run> for Check {
    fn from(run: Run) -> Self {
        let state = match (run.status.as_str(), run.conclusion.as_deref()) {
            ("completed", Some("success" | "neutral" | "skipped")) => CheckState::Passed,
            ("completed", _) => CheckState::Failed,
            _ => CheckState::Pending,
        };
        Self { name: run.name, state, url: run.html_url }
    }
}

impl From<Status> for Check {
    fn from(status: Status) -> Self {
        let state = match status.state.as_str() {
            "success" => CheckState::Passed,
            "pending" => CheckState::Pending,
            _ => CheckState::Failed,
        };
        Self { name: status.context, state, url: status.target_url }
    }
}

impl GitHub {
    /// The check runs and the statuses of a commit, tag or branch.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn checks(&self, repo: &Repo, reference: &str) -> Result<Checks, Error> {
        let runs = Call::get(repo, &["commits", reference, "check-runs"]);
        let runs: Vec<Run> = self.pages(runs, PAGES, |page| field(page, "check_runs")).await?;
        let statuses = Call::get(repo, &["commits", reference, "status"]).with("per_page", "100");
        let statuses: Vec<Status> = value(field(self.call(&statuses).await?.json, "statuses"))?;
        let mut checks: Vec<Check> = runs.into_iter().map(Check::from).collect();
        checks.extend(statuses.into_iter().map(Check::from));
        Ok(Checks(checks))
    }
}

fn field(mut page: Value, name: &str) -> Value {
    page.get_mut(name).map(Value::take).unwrap_or_default()
}
