//! What the bump of one name would be, with all that is told of it.

use chart_bump::{
    Allow, Deployment, Merged, Notice, Plan, Rules, Story, Subject, Target, UpstreamClone, merged,
};

use super::asked::Everybody;
use super::upstream::{self, Told, Upstream};
use super::wait::Wait;
use super::written::Place;
use super::{BumpRequest, Failure, Names};

/// A bump that is not written yet.
pub(super) struct Draft {
    pub(super) plan: Plan,
    /// What a clone tells of what upstream merged.
    pub(super) merged: Vec<Merged>,
    upstream: Option<Upstream>,
}

impl Draft {
    /// The bump of `name` in `deployment`, past every guard.
    pub(super) async fn new(
        request: &BumpRequest,
        everybody: &Everybody,
        place: &Place,
        deployment: &Deployment,
        (name, target): (&str, &Target),
    ) -> Result<Self, Failure> {
        let (subject, rules) = subject(deployment, name, Some(target), &request.allow, everybody).await?;
        if let (Some(clones), Names::One { .. }, None) = (&everybody.clones, &request.names, &rules.history) {
            return Err(clones.no_clone(&subject).into());
        }
        let mut wait = Wait::new(request.wait);
        let published = wait.published(everybody, &subject, target, &rules).await?;
        let (chart, ignored) = (subject.chart().to_owned(), subject.ignored.clone());
        let clone = everybody.clone_of(&subject);
        let upstream = Upstream::of(everybody, &subject);
        let plan = Plan::new(name, subject.found, target, &published, &rules)?;
        let mut plan = plan.with_locks(&chart, deployment, place.time)?;
        if let Some(reason) = ignored {
            plan.notices.push(Notice::Ignored { reason });
        }
        if let Some(upstream) = &upstream {
            plan.notices.extend(wait.checks(upstream, &plan, &request.allow).await?);
        }
        let merged = between(clone.as_ref(), &plan).await?;
        Ok(Self { plan, merged, upstream })
    }

    pub(super) fn story(&self) -> Story {
        Story::new(&self.plan, &self.merged)
    }

    /// What GitHub tells of it.
    pub(super) async fn told(&self) -> Result<Told, Failure> {
        match &self.upstream {
            Some(upstream) => upstream.told(&self.plan).await,
            None => Ok(Told::default()),
        }
    }
}

/// A name of the repository with what holds for it.
pub(super) async fn subject(
    deployment: &Deployment,
    name: &str,
    target: Option<&Target>,
    allow: &Allow,
    everybody: &Everybody,
) -> Result<(Subject, Rules), Failure> {
    let subject = deployment.subject(name)?;
    let mut rules = Rules { allow: allow.clone(), ..subject.rules(deployment) };
    if let Some(clone) = everybody.clone_of(&subject) {
        rules.history = Some(clone.history(subject.branch()).await?);
    } else if let Some((github, repo)) = everybody.forge_of(&subject) {
        rules.history = Some(upstream::history(github, &repo, &subject, target).await?);
    }
    Ok((subject, rules))
}

/// What upstream merged between the versions of `plan`, where a clone knows both.
async fn between(clone: Option<&UpstreamClone>, plan: &Plan) -> Result<Vec<Merged>, Failure> {
    let (Some(clone), Some(step)) = (clone, plan.first()) else {
        return Ok(Vec::new());
    };
    match (clone.commit_of(&step.old).await?, clone.commit_of(&step.new).await?) {
        (Some(old), Some(new)) => Ok(merged(clone.git(), &old, &new).await?),
        _ => Ok(Vec::new()),
    }
}
