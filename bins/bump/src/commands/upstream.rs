//! What GitHub tells of upstream, where no clone does.

use chart_bump::forge::{self, Between, ReleaseNotes, waiting};
use chart_bump::{Allow, BumpError, History, Notice, Plan, Report, Subject, Target};
use github_client::{GitHub, Repo};
use jiff::Timestamp;

use super::Failure;
use super::asked::Everybody;

/// GitHub, and the repository in which a name is developed.
pub(super) struct Upstream {
    github: GitHub,
    repo: Repo,
}

/// What a pull request tells of upstream.
#[derive(Default)]
pub(super) struct Told {
    pub(super) between: Between,
    pub(super) releases: Vec<ReleaseNotes>,
}

/// What contains what, from the versions in use and the target on.
pub(super) async fn history(
    github: &GitHub,
    repo: &Repo,
    subject: &Subject,
    target: Option<&Target>,
) -> Result<History, BumpError> {
    let mut versions: Vec<&str> = subject.found.pins.iter().map(|pin| pin.version.as_str()).collect();
    if let Some(Target::Named(target)) = target {
        versions.push(target);
    }
    versions.sort_unstable();
    versions.dedup();
    // The default branch of a repository is its HEAD.
    Ok(forge::ancestry(github, repo, subject.branch().unwrap_or("HEAD"), &versions).await?)
}

impl Upstream {
    /// Where `subject` is developed, as far as GitHub may be asked.
    pub(super) fn of(everybody: &Everybody, subject: &Subject) -> Option<Self> {
        let github = everybody.github.clone()?;
        Some(Self { github, repo: subject.developed_in()?.parse().ok()? })
    }

    /// Whether the checks of what `plan` brings are green.
    pub(super) async fn guard_checks(&self, plan: &Plan, allow: &Allow) -> Result<Vec<Notice>, BumpError> {
        match plan.first() {
            Some(step) => forge::guard_checks(&self.github, &self.repo, &step.new, allow).await,
            None => Ok(Vec::new()),
        }
    }

    /// What was merged and released between the versions of `plan`.
    pub(super) async fn told(&self, plan: &Plan) -> Result<Told, Failure> {
        let Some(step) = plan.first() else {
            return Ok(Told::default());
        };
        let Self { github, repo } = self;
        let between = forge::between(github, repo, &step.old, &step.new).await.map_err(BumpError::from)?;
        let releases = forge::release_notes(github, repo, &step.old, &step.new).await;
        Ok(Told { between: between.unwrap_or_default(), releases: releases.map_err(BumpError::from)? })
    }

    /// The pull requests between two versions, one line each.
    pub(super) async fn merged(&self, old: &str, new: &str) -> Result<Option<Between>, Failure> {
        Ok(forge::between(&self.github, &self.repo, old, new).await.map_err(BumpError::from)?)
    }
}

/// Lets GitHub count what a report could not: how many commits wait, and for how many days.
pub(super) async fn count(everybody: &Everybody, subject: &Subject, report: &mut Report, now: Timestamp) {
    let (Some((github, repo)), Some(pending)) = (everybody.forge_of(subject), report.pending.as_mut()) else {
        return;
    };
    let old = report.pins.first().map(|pin| pin.version.as_str()).filter(|_| pending.days.is_none());
    let Some(old) = old else {
        return;
    };
    match waiting(github, &repo, old, &pending.new).await {
        Ok(Some(found)) => {
            pending.commits = Some(found.commits);
            let seconds = found.since.map(|since| now.as_second() - since.as_second());
            pending.days = seconds.and_then(|seconds| u64::try_from(seconds / 86_400).ok());
        }
        Ok(None) => {}
        // A count that is missing is no reason to hide the rest; it says why.
        Err(fault) => report.notices.push(Notice::NotCounted { why: fault.to_string() }),
    }
}
