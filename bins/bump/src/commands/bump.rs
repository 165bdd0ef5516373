//! `bump NAME TARGET` and `bump --all`: each name, or each group, on its own.

use chart_bump::{Deployment, Target};

use super::asked::Everybody;
use super::draft::Draft;
use super::group::{self, Group};
use super::written::Place;
use super::{BumpRequest, Bumped, Failure, Names, Outcome, Written, pr};
use crate::output::Progress;

/// What becomes of each name, or of a whole group under its name.
pub(super) type Each = Vec<(String, Result<Bumped, Failure>)>;

pub(super) async fn run(request: BumpRequest) -> Result<Outcome, Failure> {
    let place = Place::of(&request.written, &request.world).await?;
    let deployment = Deployment::read(&place.files).await?;
    let everybody = Everybody::new(&request.world, deployment.config())?;
    let run = Run { request: &request, everybody: &everybody, place: &place, deployment: &deployment };
    match &request.names {
        Names::One { name, target } => match run.group_of(name) {
            Some(group) => Ok(Outcome::All(group::run(&run, &group, Some((name, target))).await)),
            None => Ok(Outcome::Bumped(run.one(name, target).await?.into())),
        },
        Names::All => {
            let mut each = Each::new();
            let mut progress = Progress::of_steps();
            let names = deployment.names();
            for (at, name) in names.iter().cloned().enumerate() {
                progress.say(&format!("{} of {}: {name}", at + 1, names.len()));
                match run.group_of(&name) {
                    Some(group) if group.first() != Some(&name) => {}
                    Some(group) => each.extend(group::run(&run, &group, None).await),
                    None => {
                        let done = run.one(&name, &Target::Latest).await;
                        each.push((name, done));
                    }
                }
            }
            if let Written::Pull(pull) = request.written.clone().in_earnest() {
                progress.say("looking for pull requests of names that are gone");
                each.extend(pr::close_orphans(&request.world, &everybody, &pull, &deployment).await);
            }
            Ok(Outcome::All(each))
        }
    }
}

/// One run with all that it has read.
pub(super) struct Run<'r> {
    pub(super) request: &'r BumpRequest,
    pub(super) everybody: &'r Everybody,
    pub(super) place: &'r Place,
    pub(super) deployment: &'r Deployment,
}

impl Run<'_> {
    /// The group of `name`, or of that name, where the change goes to a branch: in a work tree there is
    /// nothing to be shared.
    fn group_of(&self, name: &str) -> Option<Group> {
        let branched = !matches!(self.request.written, Written::WorkTree { .. });
        Group::of(self.deployment.config(), name).filter(|_| branched)
    }

    async fn one(&self, name: &str, target: &Target) -> Result<Bumped, Failure> {
        let Self { request, everybody, place, deployment } = self;
        let draft = Draft::new(request, everybody, place, deployment, (name, target)).await?;
        let story = draft.story();
        if let Written::Pull(pull) = request.written.clone().in_earnest() {
            let wanted = pr::Wanted {
                wishes: deployment.config().pull_requests.clone(),
                allow: request.allow.clone(),
                ..pr::Wanted::of(&draft.plan, &story, &draft.told().await?)
            };
            return pr::run(&request.world, everybody, &pull, draft.plan, wanted).await;
        }
        Ok(place.take(draft.plan, story, &request.world).await?)
    }
}
