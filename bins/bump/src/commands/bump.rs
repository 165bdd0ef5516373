//! `bump NAME TARGET` and `bump --all`: find, look up, plan, write.

use chart_bump::{
    Allow, Deployment, Files, Merged, Notice, Plan, Rules, Story, Subject, Target, UpstreamClone, merged,
};

use super::asked::Everybody;
use super::upstream::{self, Told, Upstream};
use super::written::Place;
use super::{BumpRequest, Bumped, Failure, Names, Outcome, Written, pr, wait};

pub(super) async fn run(request: BumpRequest) -> Result<Outcome, Failure> {
    let everybody = Everybody::new(&request.world)?;
    match &request.names {
        Names::One { name, target } => {
            Ok(Outcome::Bumped(one(&request, &everybody, name, target).await?.into()))
        }
        Names::All => {
            let place = Place::of(&request.written, &request.world).await?;
            let names = Deployment::read(&place.files).await?.names();
            let mut each = Vec::new();
            for name in names {
                let done = one(&request, &everybody, &name, &Target::Latest).await;
                each.push((name, done));
            }
            Ok(Outcome::All(each))
        }
    }
}

async fn one(
    request: &BumpRequest,
    everybody: &Everybody,
    name: &str,
    target: &Target,
) -> Result<Bumped, Failure> {
    let place = Place::of(&request.written, &request.world).await?;
    let (subject, rules, deployment) =
        subject(&place.files, name, Some(target), &request.allow, everybody).await?;
    if let (Some(clones), Names::One { .. }, None) = (&everybody.clones, &request.names, &rules.history) {
        return Err(clones.no_clone(&subject).into());
    }
    let published = wait::published(everybody, &subject, target, &rules, request.wait).await?;
    let (chart, ignored) = (subject.chart().to_owned(), subject.ignored.clone());
    let clone = everybody.clone_of(&subject);
    let upstream = Upstream::of(everybody, &subject);
    let plan = Plan::new(name, subject.found, target, &published, &rules)?;
    let mut plan = plan.with_locks(&chart, &deployment, place.time)?;
    if let Some(reason) = ignored {
        plan.notices.push(Notice::Ignored { reason });
    }
    if let Some(upstream) = &upstream {
        plan.notices.extend(upstream.guard_checks(&plan, &request.allow).await?);
    }
    let story = Story::new(&plan, &between(clone.as_ref(), &plan).await?);
    if let Written::Pull(pull) = request.written.clone().in_earnest() {
        let told = match &upstream {
            Some(upstream) => upstream.told(&plan).await?,
            None => Told::default(),
        };
        let wishes = deployment.config().pull_requests.clone();
        let about = pr::About { allow: request.allow.clone(), wishes, told };
        return pr::run(&request.world, everybody, &pull, plan, story, about).await;
    }
    Ok(place.take(plan, story, &request.world).await?)
}

/// A name of the repository with what holds for it.
pub(super) async fn subject(
    files: &Files,
    name: &str,
    target: Option<&Target>,
    allow: &Allow,
    everybody: &Everybody,
) -> Result<(Subject, Rules, Deployment), Failure> {
    let deployment = Deployment::read(files).await?;
    let subject = deployment.subject(name)?;
    let mut rules = Rules { allow: allow.clone(), ..subject.rules(&deployment) };
    if let Some(clone) = everybody.clone_of(&subject) {
        rules.history = Some(clone.history(subject.branch()).await?);
    } else if let Some((github, repo)) = everybody.forge_of(&subject) {
        rules.history = Some(upstream::history(github, &repo, &subject, target).await?);
    }
    Ok((subject, rules, deployment))
}

/// What upstream merged between the versions of `plan`, where a clone knows both.
async fn between(clone: Option<&UpstreamClone>, plan: &Plan) -> Result<Vec<Merged>, Failure> {
    let (Some(clone), Some(step)) = (clone, plan.moves.iter().find(|step| step.changed)) else {
        return Ok(Vec::new());
    };
    match (clone.commit_of(&step.old).await?, clone.commit_of(&step.new).await?) {
        (Some(old), Some(new)) => Ok(merged(clone.git(), &old, &new).await?),
        _ => Ok(Vec::new()),
    }
}
