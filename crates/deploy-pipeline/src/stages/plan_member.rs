//! A member's plan: all of its steps, told as one, and held to the one that was agreed to.

use deploy_events::{Kind, Stage};
use federation::{Action, Apply, OnFailure, Run, Step};
use release_plan::{
    Attempt, Census, Disagreement, Manifest, MemberPlan, Program, StepPlan, apply_step, run_step,
};

use crate::cover::veil;
use crate::site::Site;
use crate::told::writes;
use crate::work::Work;
use crate::{Error, Stop, Why};

/// Every step of a member in order, with what each needs of the ones before it; and tells it.
pub(crate) async fn member(site: &Site, works: &[Work]) -> Result<MemberPlan, Stop> {
    let mut steps = Vec::new();
    for (at, step) in site.member.steps.iter().enumerate() {
        let planned = match &step.action {
            Action::Helm(_) => {
                works.iter().find(|work| work.input.step == step.name).and_then(|it| it.plan.clone())
            }
            Action::Apply(apply) => Some(try_apply(site, step, at + 1, apply).await?),
            Action::Run(run) => Some(program(site, step, at + 1, run)?),
        };
        steps.extend(planned);
    }
    release_plan::link(&mut steps);
    let plan = MemberPlan::new(site.member.name.clone(), steps);
    let writes = plan.steps.iter().flat_map(writes).collect();
    let census = census(site, works).await;
    let hash = plan.hash.to_string();
    let told = serde_json::to_value(&plan).ok().map(Box::new);
    site.voice.at(Stage::Plan).say(Kind::Planned { writes, hash, plan: told, census });
    hold(site, &plan)?;
    Ok(plan)
}

/// Where a plan was agreed to, only that one is done.
fn hold(site: &Site, now: &MemberPlan) -> Result<(), Stop> {
    let Some(saved) = &site.voice.run.request.saved else { return Ok(()) };
    let member = site.member.name.clone();
    let refused = |error: Error| Stop { why: Why::Refused, ..Stop::failed(&error) };
    let Some(agreed) = saved.member(&member) else { return Err(refused(Error::PlanLacks { member })) };
    if agreed.hash == now.hash {
        return Ok(());
    }
    let what = differs(agreed, now).to_string();
    Err(refused(Error::PlanStale { member, what }))
}

fn differs(agreed: &MemberPlan, now: &MemberPlan) -> Disagreement {
    let of = |step: &StepPlan| now.steps.iter().find(|it| it.step == step.step);
    let mut all: Vec<String> = Vec::new();
    for step in &agreed.steps {
        match of(step) {
            Some(other) => {
                all.extend(release_plan::disagreement(step, other).into_iter().flat_map(|it| it.0));
            }
            None => all.push(format!("step {}", step.step)),
        }
    }
    if all.is_empty() {
        all.push("what can be proven, or the list of steps".to_owned());
    }
    Disagreement(all)
}

async fn try_apply(site: &Site, step: &Step, number: usize, apply: &Apply) -> Result<StepPlan, Stop> {
    planned(site, step, number, apply, attempts(site, step, apply).await?)
}

/// What the API server says of the objects of a step.
pub(crate) async fn attempts(site: &Site, step: &Step, apply: &Apply) -> Result<Vec<Attempt>, Stop> {
    let done = site.voice.stage(Stage::Plan, async |voice| {
        let manifests = manifests(site, apply)?;
        let work = async {
            let tried = release_plan::try_apply(&site.client, manifests).await;
            tried.map_err(|error| Stop::failed(&error))
        };
        let attempts: Vec<Attempt> = voice.race(work).await?;
        let note = format!("{}: {} objects tried", step.name, attempts.len());
        Ok((attempts, note))
    });
    done.await
}

/// The plan of a step from what was said of its objects.
pub(crate) fn planned(
    site: &Site,
    step: &Step,
    number: usize,
    apply: &Apply,
    attempts: Vec<Attempt>,
) -> Result<StepPlan, Stop> {
    let files = apply.files.iter().map(ToString::to_string).collect();
    let veil = veil(&site.voice.run, &site.secrets, None)?;
    Ok(apply_step(step.name.clone(), number, files, attempts, &veil))
}

fn manifests(site: &Site, apply: &Apply) -> Result<Vec<Manifest>, Stop> {
    let mut all = Vec::new();
    for (file, text) in apply.files.iter().zip(texts(site, apply)?) {
        let path = site.voice.run.request.federation.folder().join(file);
        let parsed = Manifest::parse(&path, &text, &site.member.namespace);
        all.extend(parsed.map_err(|error| configuration(&error))?);
    }
    Ok(all)
}

/// The files of a step, each so that the next may follow it.
pub(crate) fn texts(site: &Site, apply: &Apply) -> Result<Vec<String>, Stop> {
    let read = |file| {
        let path = site.voice.run.request.federation.folder().join(file);
        let text = std::fs::read_to_string(&path);
        let text = text.map_err(|source| configuration(&Error::File { path, source }))?;
        Ok(format!("{}\n---\n", text.trim_end()))
    };
    apply.files.iter().map(read).collect()
}

fn program(site: &Site, step: &Step, number: usize, run: &Run) -> Result<StepPlan, Stop> {
    let path = site.voice.run.request.federation.folder().join(&run.program);
    let read = match site.secrets.get(&run.program) {
        Some(opened) => opened.expose().to_vec(),
        None => std::fs::read(&path)
            .map_err(|source| configuration(&Error::File { path: path.clone(), source }))?,
    };
    let text = zeroize::Zeroizing::new(read);
    let program = Program {
        path: run.program.as_str(),
        text: Some(&text),
        sealed: run.sealed,
        args: &run.args,
        timeout: run.timeout,
        required: run.on_failure == OnFailure::Stop,
        undo: run.undo.as_deref(),
    };
    let veil = veil(&site.voice.run, &site.secrets, None)?;
    Ok(run_step(step.name.clone(), number, &program, &veil))
}

/// Who would be hit now; nobody is told where it cannot be counted.
async fn census(site: &Site, works: &[Work]) -> Option<deploy_events::Census> {
    let judged = works.iter().find(|work| work.input.helm.verify)?;
    let Census { servers, builds } =
        release_plan::census(&site.client, &judged.input.helm.namespace).await.ok()?;
    Some(deploy_events::Census { servers, builds })
}

fn configuration(error: &dyn problem::Diagnose) -> Stop {
    Stop::new(Why::Configuration, problem::ProblemRecord::from_diagnose(error))
}
