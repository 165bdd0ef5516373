//! `bump revert`: the last bump, or a named one, taken back.

use chart_bump::{Deployment, Story, base_commit, find_landing, revert};

use super::written::Place;
use super::{Failure, Outcome, RevertRequest};

pub(super) async fn run(request: RevertRequest) -> Result<Outcome, Failure> {
    let world = &request.world;
    let place = Place::of(&request.written, world).await?;
    let from = match &request.written {
        super::Written::Branch { base, .. } => base_commit(&world.git, base.as_deref()).await?,
        super::Written::WorkTree { .. } => "HEAD".to_owned(),
    };
    let landing = find_landing(&world.git, request.what.as_deref(), &from).await?;
    let deployment = Deployment::read(&place.files).await?;
    let plan = revert(&world.git, &landing, &place.files, &deployment, world.now).await?;
    let mut story = Story::new(&plan, &[]);
    story.body = format!("Reverts {}.\n{}", landing.commit, story.body);
    Ok(Outcome::Bumped(place.take(plan, story, world).await?.into()))
}
