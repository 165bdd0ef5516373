//! What the program can be asked, and how it ends.

mod asked;
mod bump;
mod check;
mod draft;
mod edit;
mod failure;
mod group;
mod held;
mod log;
mod pr;
mod revert;
mod rolled_back;
mod upstream;
mod wait;
mod written;

use std::collections::BTreeMap;
use std::time::Duration;

use camino::Utf8PathBuf;
use chart_bump::config::{BumpFile, HostCredentials};
use chart_bump::forge::{Marked, Proposed, Retired};
use chart_bump::source::Credentials;
use chart_bump::{Allow, Committed, Git, Merged, Plan, Report, Story, Target, Unwatched, edit::YamlPath};
use jiff::Timestamp;
use problem::Place;
use secrecy::SecretString;

pub(crate) use check::{is_held, is_silence};
pub(crate) use failure::Failure;
pub(crate) use log::Compared;
#[cfg(test)]
pub(crate) use wait::DEADLINE;

use crate::exit;

/// One run of the program.
pub(crate) enum Request {
    Bump(BumpRequest),
    Check(CheckRequest),
    Log(LogRequest),
    Revert(RevertRequest),
    RolledBack(RolledBackRequest),
    Edit(EditRequest),
}

/// What lies around a run.
#[derive(Clone)]
pub(crate) struct World {
    /// The top of the deployment repository.
    pub(crate) root: Utf8PathBuf,
    /// Git, asked there.
    pub(crate) git: Git,
    /// Git, asked in a clone of upstream or in a folder of clones.
    pub(crate) clones: Option<Git>,
    /// A saved index in the place of every Helm repository.
    pub(crate) index: Option<Utf8PathBuf>,
    /// GitHub.
    pub(crate) hub: Hub,
    /// Whether it is asked also for what a clone would tell, and for pull requests.
    pub(crate) asks_github: bool,
    /// What private sources want to see.
    pub(crate) keys: Keys,
    /// Whether no network may be asked.
    pub(crate) offline: bool,
    /// Where indexes are kept between runs.
    pub(crate) cache: Option<Utf8PathBuf>,
    /// The whole time that a request to a server may take.
    pub(crate) timeout: Duration,
    pub(crate) now: Timestamp,
}

/// The credentials that lie around.
#[derive(Clone)]
pub(crate) struct Keys {
    /// Those in files, each with what it is for.
    pub(crate) files: Credentials,
    /// The variables that `bump.yaml` may name.
    pub(crate) variables: BTreeMap<String, SecretString>,
}

impl Keys {
    /// All of them, with those that `config` names first; what it names must be there.
    fn with(&self, config: &BumpFile) -> Result<Credentials, Failure> {
        let mut all = self.files.clone();
        for HostCredentials { host, user, password } in &config.credentials {
            let find = |name: &String| {
                self.variables.get(name).cloned().ok_or_else(|| Failure::no_variable(name, host))
            };
            all.add_host(host, find(user)?, find(password)?);
        }
        Ok(all)
    }
}

/// GitHub, before anybody has spoken to it.
#[derive(Clone)]
pub(crate) struct Hub {
    /// The address of its API.
    pub(crate) api: String,
    pub(crate) token: Option<SecretString>,
}

/// `bump NAME TARGET` and `bump --all`.
pub(crate) struct BumpRequest {
    pub(crate) names: Names,
    /// The guards that are lifted.
    pub(crate) allow: Allow,
    pub(crate) written: Written,
    /// For how long the target may still be unpublished.
    pub(crate) wait: Option<Duration>,
    pub(crate) world: World,
}

/// What is bumped.
pub(crate) enum Names {
    One { name: String, target: Target },
    All,
}

/// Where a change goes.
#[derive(Clone)]
pub(crate) enum Written {
    /// Into the files that are checked out.
    WorkTree { dry_run: bool },
    /// Into a commit on a branch of its own, built on `base` or what is checked out.
    Branch { base: Option<String>, dry_run: bool },
    /// Into a commit at GitHub, with a pull request.
    Pull(PullPlace),
}

/// Where a pull request goes.
#[derive(Clone)]
pub(crate) struct PullPlace {
    pub(crate) base: Option<String>,
    /// `owner/name`, where it was given.
    pub(crate) repo: Option<String>,
    pub(crate) dry_run: bool,
}

/// `bump check`.
pub(crate) struct CheckRequest {
    pub(crate) names: Vec<String>,
    pub(crate) max_commits: Option<u64>,
    pub(crate) max_days: Option<u64>,
    /// The deployment repository at GitHub, where it is not the remote `origin`.
    pub(crate) repo: Option<String>,
    pub(crate) world: World,
}

/// `bump log`.
pub(crate) struct LogRequest {
    pub(crate) name: Option<String>,
    pub(crate) world: World,
}

/// `bump revert`.
pub(crate) struct RevertRequest {
    pub(crate) what: Option<String>,
    pub(crate) written: Written,
    pub(crate) world: World,
}

/// `bump rolled-back`.
pub(crate) struct RolledBackRequest {
    pub(crate) what: Option<String>,
    /// `owner/name`, where it was given.
    pub(crate) repo: Option<String>,
    pub(crate) world: World,
}

/// `bump set` and `bump get`.
pub(crate) enum EditRequest {
    Set { file: Utf8PathBuf, path: String, value: String, dry_run: bool },
    Get { file: Utf8PathBuf, path: String },
}

/// What came of it.
pub(crate) enum Outcome {
    Bumped(Box<Bumped>),
    All(Vec<(String, Result<Bumped, Failure>)>),
    Checked(Checked),
    Log { compared: Compared, merged: Vec<Merged>, notes: Vec<String> },
    Pages { pages: Vec<(&'static str, Result<url::Url, Failure>)> },
    Marked(Vec<Marked>),
    Set { place: Place, path: YamlPath, changed: bool, dry_run: bool, followers: Vec<Place>, diff: String },
    Got { place: Place, path: YamlPath, value: String },
}

/// A bump that was planned, and maybe done.
pub(crate) struct Bumped {
    pub(crate) plan: Plan,
    pub(crate) story: Story,
    pub(crate) dry_run: bool,
    /// The commit, where one was asked for and there was something to do.
    pub(crate) committed: Option<Committed>,
    /// The pull request, where one was asked for.
    pub(crate) pull: Option<Pulled>,
    /// The pull requests that were closed because this one brings what they did.
    pub(crate) superseded: Vec<Retired>,
}

impl Bumped {
    /// Nothing but a plan.
    fn new(plan: Plan, story: Story) -> Self {
        Self { plan, story, dry_run: false, committed: None, pull: None, superseded: Vec::new() }
    }
}

/// What became of a pull request.
pub(crate) enum Pulled {
    Proposed(Proposed),
    /// Nothing is left to do: the one that was open is closed.
    Retired(Retired),
}

/// Every name, looked at.
pub(crate) struct Checked {
    pub(crate) reports: Vec<Report>,
    pub(crate) unwatched: Unwatched,
    pub(crate) max_commits: Option<u64>,
    pub(crate) max_days: Option<u64>,
}

impl Outcome {
    /// The code with which the process ends.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::All(each) => {
                failure::worst(each.iter().map(|(_, one)| one.as_ref().map_or_else(|it| it.code, |_| 0)))
            }
            Self::Checked(checked) => checked.code(),
            Self::Pages { pages } => {
                failure::worst(pages.iter().map(|(_, page)| page.as_ref().map_or_else(|it| it.code, |_| 0)))
            }
            _ => exit::DONE,
        }
    }
}

/// Does what is asked.
pub(crate) async fn run(request: Request) -> Result<Outcome, Failure> {
    match request {
        Request::Bump(request) => bump::run(request).await,
        Request::Check(request) => check::run(request).await,
        Request::Log(request) => log::run(request).await,
        Request::Revert(request) => revert::run(request).await,
        Request::RolledBack(request) => rolled_back::run(request).await,
        Request::Edit(request) => edit::run(request),
    }
}

fn read(path: &camino::Utf8Path) -> Result<Vec<u8>, chart_bump::BumpError> {
    std::fs::read(path).map_err(|source| chart_bump::BumpError::Read { path: path.to_owned(), source })
}
