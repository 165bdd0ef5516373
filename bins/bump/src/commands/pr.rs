//! `--pr`: the bump as a pull request.

use chart_bump::config::PullRequests;
use chart_bump::forge::{Body, Forge, ForgeFault, Proposal, propose, retire};
use chart_bump::{Allow, BRANCH_PREFIX, BranchFault, BumpError, Deployment, Notice, Plan, Story};
use github_client::{Branch, PullState, Repo};

use super::asked::Everybody;
use super::bump::Each;
use super::upstream::Told;
use super::{Bumped, Failure, PullPlace, Pulled, World, Written};

/// What a pull request is to be, beside its files.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) title: String,
    pub(super) body: Body,
    /// The whole text, where it is not that of the body alone.
    pub(super) text: Option<String>,
    /// What the commit says below its title.
    pub(super) lines: Vec<String>,
    pub(super) assignees: Vec<String>,
    /// Whether there is nothing to look at.
    pub(super) auto_merge: bool,
    pub(super) wishes: PullRequests,
    pub(super) allow: Allow,
}

impl Wanted {
    /// The pull request of one name.
    pub(super) fn of(plan: &Plan, story: &Story, told: &Told) -> Self {
        Self {
            title: story.title.clone(),
            body: body(plan, told),
            lines: lines(plan),
            assignees: told.between.merger().map(str::to_owned).into_iter().collect(),
            auto_merge: is_plain(plan),
            ..Self::default()
        }
    }
}

impl Written {
    /// The same, but a pull request that is only tried out is a branch that is only tried out.
    pub(super) fn in_earnest(self) -> Self {
        match self {
            Self::Pull(PullPlace { base, dry_run: true, .. }) => Self::Branch { base, dry_run: true },
            other => other,
        }
    }
}

/// Proposes `plan`, or closes what was proposed where nothing is left to do.
pub(super) async fn run(
    world: &World,
    everybody: &Everybody,
    place: &PullPlace,
    plan: Plan,
    wanted: Wanted,
) -> Result<Bumped, Failure> {
    let branch = format!("{BRANCH_PREFIX}{}", plan.name);
    let branch: Branch = branch.parse().map_err(|_| BumpError::from(BranchFault::BadName { branch }))?;
    let forge = forge(world, everybody, place).await?;
    let Wanted { title, body, text, lines, assignees, auto_merge, wishes, allow } = wanted;
    if plan.files.is_empty() {
        let reason = "Nothing is left to do: the base has this version already.";
        let retired = retire(&forge, &branch, reason).await.map_err(BumpError::from)?;
        let story = Story { title, body: String::new() };
        return Ok(Bumped { pull: retired.map(Pulled::Retired), ..Bumped::new(plan, story) });
    }
    let no_base = |base: &str| BumpError::from(BranchFault::NoBase { base: base.to_owned() });
    let base = place.base.as_deref().map(|base| base.parse().map_err(|_| no_base(base))).transpose()?;
    let body = text.unwrap_or_else(|| body.text());
    let proposal = Proposal {
        branch,
        base,
        title: title.clone(),
        body: body.clone(),
        message: format!("{title}\n\n{}", lines.join("\n")),
        files: plan.files.clone(),
        labels: wishes.labels,
        assignees,
        auto_merge: auto_merge && wishes.auto_merge.contains(&plan.name),
        allow,
    };
    let proposed = propose(&forge, &proposal).await.map_err(BumpError::from)?;
    Ok(Bumped { pull: Some(Pulled::Proposed(proposed)), ..Bumped::new(plan, Story { title, body }) })
}

/// Closes the open pull requests of ours whose name or group this repository no longer has.
pub(super) async fn close_orphans(
    world: &World,
    everybody: &Everybody,
    place: &PullPlace,
    deployment: &Deployment,
) -> Each {
    match orphans(world, everybody, place, deployment).await {
        Ok(each) => each,
        Err(failure) => vec![("pull requests".to_owned(), Err(failure))],
    }
}

async fn orphans(
    world: &World,
    everybody: &Everybody,
    place: &PullPlace,
    deployment: &Deployment,
) -> Result<Each, Failure> {
    let forge = forge(world, everybody, place).await?;
    let open = forge.github.pulls(&forge.repo, None, PullState::Open).await;
    let open = open.map_err(|error| BumpError::from(ForgeFault::from(error)))?;
    let mut each = Each::new();
    for pull in open {
        let Some(name) = pull.head.strip_prefix(BRANCH_PREFIX) else { continue };
        let is_known = !deployment.config().group(name).is_empty() || deployment.subject(name).is_ok();
        let Ok(branch) = pull.head.parse::<Branch>() else { continue };
        if is_known {
            continue;
        }
        let reason = format!("Nothing here is called `{name}` any more.");
        let retired = retire(&forge, &branch, &reason).await.map_err(BumpError::from)?;
        if let Some(retired) = retired {
            let plan = Plan { name: name.to_owned(), ..Plan::default() };
            let story = Story::new(&plan, &[]);
            let bumped = Bumped { pull: Some(Pulled::Retired(retired)), ..Bumped::new(plan, story) };
            each.push((name.to_owned(), Ok(bumped)));
        }
    }
    Ok(each)
}

/// The repository as it was named, else as the remote `origin` has it.
pub(super) async fn forge(world: &World, everybody: &Everybody, place: &PullPlace) -> Result<Forge, Failure> {
    let name = match &place.repo {
        Some(name) => name.clone(),
        None => {
            let origin = world.git.remote("origin").await?.unwrap_or_else(|| "origin".to_owned());
            repository(&origin).unwrap_or(origin)
        }
    };
    let known = name.parse::<Repo>().ok().zip(everybody.github.clone());
    let (repo, github) = known.ok_or_else(|| BumpError::from(ForgeFault::NoRepository { name }))?;
    Ok(Forge { github, repo })
}

/// `owner/name` of the address of a remote, in each form that git takes.
fn repository(address: &str) -> Option<String> {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => address.split_once(':')?.1,
    };
    let path = path.trim_matches('/');
    Some(path.strip_suffix(".git").unwrap_or(path).to_owned())
}

/// The text of the pull request.
fn body(plan: &Plan, told: &Told) -> Body {
    let is_loud = |notice: &&Notice| {
        matches!(notice, Notice::Nested { .. } | Notice::Overridden { .. } | Notice::ImageMoved { .. })
    };
    let real = plan.moves.iter().filter(|step| step.changed);
    let mut compare: Vec<_> = real.filter_map(|step| step.compare.clone()).collect();
    compare.dedup();
    let quiet = plan.notices.iter().filter(|notice| !is_loud(notice));
    let mut notes: Vec<String> = quiet.map(ToString::to_string).collect();
    if told.between.is_cut {
        notes.push("the list of what was merged may miss some: the way is too long to be read".to_owned());
    }
    Body {
        compare,
        loud: plan.notices.iter().filter(is_loud).map(ToString::to_string).collect(),
        merged: told.between.merged.clone(),
        commits: (told.between.commits > 0).then_some(told.between.commits),
        releases: told.releases.clone(),
        places: places(plan),
        notes,
    }
}

fn places(plan: &Plan) -> Vec<String> {
    let real = plan.moves.iter().filter(|step| step.changed);
    real.map(|step| format!("`{}`: {} -> {}", step.place, step.old, step.new)).collect()
}

/// What the commit says below its title: what changes here, and nothing that upstream may reword, or
/// the branch would be rebuilt for it.
fn lines(plan: &Plan) -> Vec<String> {
    let pages = plan.moves.iter().filter_map(|step| step.compare.as_ref()).map(ToString::to_string);
    let mut lines: Vec<String> = pages.chain(places(plan)).collect();
    lines.dedup();
    lines
}

/// Only a bump that there is nothing to be said of merges by itself.
fn is_plain(plan: &Plan) -> bool {
    let needs_eyes = |notice: &Notice| {
        matches!(
            notice,
            Notice::Nested { .. }
                | Notice::Overridden { .. }
                | Notice::ImageMoved { .. }
                | Notice::Unordered { .. }
                | Notice::Unchecked { .. }
                | Notice::NoChecks { .. }
        )
    };
    !plan.notices.iter().any(needs_eyes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_remote_names_its_repository() {
        for address in [
            "https://github.com/me/deploy.git",
            "https://token@github.com/me/deploy",
            "git@github.com:me/deploy.git",
            "ssh://git@github.com/me/deploy/",
        ] {
            assert_eq!(repository(address).as_deref(), Some("me/deploy"), "{address}");
        }
        assert_eq!(repository("../deploy"), None);
    }
}
