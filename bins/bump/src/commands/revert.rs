//! `bump revert`: the last bump, or a named one, taken back.

use chart_bump::config::BumpFile;
use chart_bump::{Deployment, Guard, Story, base_commit, find_landing, revert};

use super::asked::Everybody;
use super::upstream::Told;
use super::written::Place;
use super::{Failure, Outcome, PullPlace, RevertRequest, Written, pr};

pub(super) async fn run(request: RevertRequest) -> Result<Outcome, Failure> {
    let world = &request.world;
    let place = Place::of(&request.written, world).await?;
    let from = match &request.written {
        Written::Branch { base, .. } | Written::Pull(PullPlace { base, .. }) => {
            base_commit(&world.git, base.as_deref()).await?
        }
        Written::WorkTree { .. } => "HEAD".to_owned(),
    };
    let landing = find_landing(&world.git, request.what.as_deref(), &from).await?;
    let deployment = Deployment::read(&place.files).await?;
    let plan = revert(&world.git, &landing, &place.files, &deployment, place.time).await?;
    let mut story = Story::new(&plan, &[]);
    story.body = format!("Reverts {}.\n{}", landing.commit, story.body);
    if let Written::Pull(pull) = request.written.clone().in_earnest() {
        let everybody = Everybody::new(world, &BumpFile::default())?;
        let wanted = pr::Wanted {
            // To take back what was rolled back is the very thing to do.
            allow: [Guard::RolledBack].into_iter().collect(),
            wishes: deployment.config().pull_requests.clone(),
            ..pr::Wanted::of(&plan, &story, &Told::default())
        };
        let bumped = pr::run(world, &everybody, &pull, plan, wanted).await?;
        return Ok(Outcome::Bumped(bumped.into()));
    }
    Ok(Outcome::Bumped(place.take(plan, story, world).await?.into()))
}
