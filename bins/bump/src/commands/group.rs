//! Several names on one branch, and in one pull request.

use chart_bump::config::BumpFile;
use chart_bump::forge::{Forge, GroupBody, apart, retire};
use chart_bump::{BRANCH_PREFIX, BranchFault, BumpError, Guard, Plan, Story, Target};
use github_client::Branch;

use super::bump::{Each, Run};
use super::draft::Draft;
use super::{Bumped, Failure, PullPlace, Pulled, Written, pr};

/// Names that share a branch.
pub(super) struct Group {
    pub(super) name: String,
    members: Vec<String>,
}

/// A name that does not go with its group this time.
struct LeftOut {
    name: String,
    failure: Failure,
}

impl Group {
    /// The group in which `name` is, or which is called so.
    pub(super) fn of(config: &BumpFile, name: &str) -> Option<Self> {
        let own = config.watched(name).and_then(|watch| watch.group.as_deref());
        let group = own.unwrap_or(name);
        let members: Vec<String> = config.group(group).into_iter().map(str::to_owned).collect();
        (!members.is_empty()).then(|| Self { name: group.to_owned(), members })
    }

    pub(super) fn first(&self) -> Option<&String> {
        self.members.first()
    }
}

/// Bumps every name of the group: `asked` to its target, the others to their latest version.
///
/// A name that a guard holds back is left out, and told; one whose source gives no answer this time holds
/// the group as it is, or its pull request would lose the name and get it back the next time.
pub(super) async fn run(run: &Run<'_>, group: &Group, asked: Option<(&String, &Target)>) -> Each {
    match members(run, group, asked).await {
        Ok((bumped, left_out)) => {
            let left_out = left_out.into_iter().map(|it| (it.name, Err(it.failure)));
            std::iter::once((group.name.clone(), Ok(bumped))).chain(left_out).collect()
        }
        Err(failure) => vec![(group.name.clone(), Err(failure))],
    }
}

async fn members(
    run: &Run<'_>,
    group: &Group,
    asked: Option<(&String, &Target)>,
) -> Result<(Bumped, Vec<LeftOut>), Failure> {
    let pull = match run.request.written.clone().in_earnest() {
        Written::Pull(pull) => Some((pr::forge(&run.request.world, run.everybody, &pull).await?, pull)),
        Written::WorkTree { .. } | Written::Branch { .. } => None,
    };
    let (mut drafts, mut left_out): (Vec<Draft>, Vec<LeftOut>) = (Vec::new(), Vec::new());
    let mut deployment = run.deployment.clone();
    for name in &group.members {
        let latest = Target::Latest;
        let target =
            asked.filter(|(own, _)| *own == name || **own == group.name).map_or(&latest, |(_, own)| own);
        let draft = match &pull {
            Some((forge, _)) => went_alone(run, forge, name).await,
            None => Ok(()),
        };
        let draft = match draft {
            Ok(()) => Draft::new(run.request, run.everybody, run.place, &deployment, (name, target)).await,
            Err(failure) => Err(failure),
        };
        match draft {
            Ok(draft) => {
                deployment = deployment.after(&draft.plan.files);
                drafts.push(draft);
            }
            Err(failure) if failure.is_decided => {
                left_out.push(LeftOut { name: name.clone(), failure });
            }
            Err(failure) => return Err(failure),
        }
    }
    let plans: Vec<Plan> = drafts.iter().map(|draft| draft.plan.clone()).collect();
    let plan = Plan::joined(&group.name, &plans);
    let told: Vec<(String, String)> =
        left_out.iter().map(|it| (it.name.clone(), it.failure.record.message.clone())).collect();
    let each: Vec<_> = drafts.iter().map(|draft| (draft.plan.clone(), draft.merged.clone())).collect();
    let story = Story::of_group(&group.name, &each, &told);
    let bumped = match pull {
        None => run.place.take(plan, story, &run.request.world).await?,
        Some((forge, pull)) => propose(run, (&forge, &pull), plan, (story, told), &drafts).await?,
    };
    Ok((bumped, left_out))
}

/// Proposes what the drafts do together, and closes the pull requests of names that went alone.
async fn propose(
    run: &Run<'_>,
    (forge, pull): (&Forge, &PullPlace),
    plan: Plan,
    (story, left_out): (Story, Vec<(String, String)>),
    drafts: &[Draft],
) -> Result<Bumped, Failure> {
    let mut body = GroupBody { members: Vec::new(), left_out };
    let mut wanted = pr::Wanted {
        title: story.title.clone(),
        lines: Vec::new(),
        wishes: run.deployment.config().pull_requests.clone(),
        allow: run.request.allow.clone(),
        auto_merge: true,
        ..pr::Wanted::default()
    };
    for draft in drafts.iter().filter(|draft| draft.plan.first().is_some()) {
        let own = pr::Wanted::of(&draft.plan, &draft.story(), &draft.told().await?);
        wanted.lines.push(format!("{}\n\n{}", own.title, own.lines.join("\n")));
        wanted.assignees.extend(
            own.assignees.into_iter().filter(|it| !wanted.assignees.contains(it)).collect::<Vec<_>>(),
        );
        // All of it merges by itself, or nothing.
        wanted.auto_merge &= own.auto_merge && wanted.wishes.auto_merge.contains(&draft.plan.name);
        body.members.push((own.title, own.body));
    }
    wanted.wishes.auto_merge.push(plan.name.clone());
    wanted.text = Some(body.text());
    let mut bumped = pr::run(&run.request.world, run.everybody, pull, plan, wanted).await?;
    let number = match &bumped.pull {
        Some(Pulled::Proposed(proposed)) => Some(proposed.number),
        _ => None,
    };
    for draft in drafts {
        let reason = match (number, draft.plan.first()) {
            (Some(number), Some(_)) => format!("Goes on in #{number}, with the other names of its group."),
            _ => "Nothing is left to do: the base has this version already.".to_owned(),
        };
        let retired = retire(forge, &alone(&draft.plan.name)?, &reason).await.map_err(BumpError::from)?;
        bumped.superseded.extend(retired);
    }
    Ok(bumped)
}

/// What a person decided where the name went alone still holds.
async fn went_alone(run: &Run<'_>, forge: &Forge, name: &str) -> Result<(), Failure> {
    Ok(apart(forge, &alone(name)?, &run.request.allow).await.map_err(BumpError::from)?)
}

/// The branch of a name that goes alone.
fn alone(name: &str) -> Result<Branch, BumpError> {
    let branch = format!("{BRANCH_PREFIX}{name}");
    branch.parse().map_err(|_| BranchFault::BadName { branch }.into())
}

/// Whether an error is an answer, and no silence of a server: only then may a name be left out.
pub(super) fn is_decided(error: &BumpError) -> bool {
    let refused = Guard::of(error).is_some();
    refused
        || matches!(
            error,
            BumpError::NoOrder { .. }
                | BumpError::NoChart { .. }
                | BumpError::Status { status: 404 | 410 | 301, .. }
        )
        || matches!(error, BumpError::Forge(fault) if matches!(**fault, chart_bump::forge::ForgeFault::Person { .. }))
}
