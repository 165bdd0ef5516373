//! `bump rolled-back`: tells GitHub that what was deployed had to be taken back.

use chart_bump::config::BumpFile;
use chart_bump::forge::{Deployed, mark_rolled_back};
use chart_bump::{BRANCH_PREFIX, BumpError, Deployment, Files, base_commit};

use super::asked::Everybody;
use super::group::Group;
use super::{Failure, Outcome, PullPlace, RolledBackRequest, pr};

pub(super) async fn run(request: RolledBackRequest) -> Result<Outcome, Failure> {
    let RolledBackRequest { what, repo, world } = &request;
    let everybody = Everybody::new(world, &BumpFile::default())?;
    let place = PullPlace { base: None, repo: repo.clone(), dry_run: false };
    let forge = pr::forge(world, &everybody, &place).await?;
    let deployed = match what.as_deref() {
        Some(what) => deployed(&request, what).await?,
        None => Deployed::Commit(base_commit(&world.git, Some("HEAD")).await?),
    };
    let marked = mark_rolled_back(&forge, &deployed).await.map_err(BumpError::from)?;
    Ok(Outcome::Marked(marked))
}

/// A name, a group, a commit, or `OLD...NEW`.
async fn deployed(request: &RolledBackRequest, what: &str) -> Result<Deployed, Failure> {
    let world = &request.world;
    if let Some((old, new)) = what.split_once("...") {
        // The first push of a branch has nothing before it.
        let is_nothing = old.chars().all(|digit| digit == '0');
        return Ok(match is_nothing {
            true => Deployed::Commit(new.to_owned()),
            false => Deployed::Range(old.to_owned(), new.to_owned()),
        });
    }
    let deployment = Deployment::read(&Files::Folder(world.root.clone())).await?;
    let group = Group::of(deployment.config(), what).map(|group| group.name);
    let unknown = match (&group, deployment.subject(what)) {
        (None, Err(error)) => error,
        _ => {
            let names = std::iter::once(what.to_owned()).chain(group);
            let branches = names.filter_map(|name| format!("{BRANCH_PREFIX}{name}").parse().ok());
            return Ok(Deployed::Last(branches.collect()));
        }
    };
    Ok(Deployed::Commit(base_commit(&world.git, Some(what)).await.map_err(|_| unknown)?))
}
