//! Apply: the manifests of a step, by server-side apply; nothing is forced, and what was verified before comes back.

use std::time::Duration;

use deploy_events::{Kind, Stage};
use deploy_ledger::Applied;
use federation::{Action, Apply, Step};
use names::StepName;
use problem::ProblemRecord;
use release_plan::{Attempt, Manifest, StepPlan, Touched, Was, carry_out, disagreement, give_back, touched};

use crate::site::Site;
use crate::stages::plan_member::{attempts, planned, texts};
use crate::stages::rollout;
use crate::work::Work;
use crate::{Error, Stop, Why};

/// How long what an earlier object of the step brings may take to be served.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long what was applied may take to be ready.
const READY: Duration = Duration::from_secs(300);

/// Refuses, before anything is written, a step that somebody else's fields are in the way of.
pub(crate) fn check(steps: &[StepPlan]) -> Result<(), Stop> {
    for step in steps {
        let release_plan::Action::Apply(apply) = &step.action else { continue };
        let conflicts = apply.objects.iter().flat_map(|object| {
            let tell =
                |it: &release_plan::Conflict| format!("{}: {} has {}", object.object, it.manager, it.field);
            object.conflicts.iter().map(tell)
        });
        let conflicts: Vec<String> = conflicts.collect();
        if !conflicts.is_empty() {
            let problem = ProblemRecord::from_diagnose(&Error::Conflicts { step: step.step.clone() });
            let problem = conflicts.into_iter().fold(problem, ProblemRecord::with_cause);
            return Err(Stop::new(Why::Refused, problem));
        }
    }
    Ok(())
}

/// Tries a step once more under the lock: what was shown must be what is done.
pub(crate) async fn confirm(
    site: &Site,
    step: &Step,
    apply: &Apply,
    shown: &StepPlan,
) -> Result<Vec<Attempt>, Stop> {
    let tried = attempts(site, step, apply).await?;
    let now = planned(site, step, shown.number, apply, tried.clone())?;
    check(std::slice::from_ref(&now))?;
    match disagreement(shown, &now) {
        None => Ok(tried),
        Some(differs) => {
            let changed = Error::ApplyChanged { step: step.name.clone(), what: differs.to_string() };
            Err(Stop { why: Why::Refused, ..Stop::failed(&changed) })
        }
    }
}

/// Writes the objects, once the records say what that will touch, and waits until they are ready.
pub(crate) async fn apply(site: &Site, step: &Step, tried: Vec<Attempt>) -> Result<(), Stop> {
    let objects: Vec<Manifest> = tried.into_iter().map(|attempt| attempt.manifest).collect();
    site.voice
        .stage(Stage::Apply, async |voice| {
            let (mut done, planned) = (0, objects.len());
            let wrote = |object: &names::ObjectRef| {
                done += 1;
                voice.say(Kind::Wrote { object: object.clone(), done, planned });
            };
            let work = async {
                carry_out(&site.client, &objects, PATIENCE, wrote).await.map_err(|error| Stop::failed(&error))
            };
            voice.race(work).await?;
            Ok(((), format!("{}: {planned} objects", step.name)))
        })
        .await?;
    let objects = objects.into_iter().map(|it| (it.api_version, it.object));
    rollout::objects(site, &site.member.namespace, objects, READY).await
}

/// Records what is about to be touched, beside what was verified last.
pub(crate) async fn note(
    site: &Site,
    work: &Work,
    step: &Step,
    apply: &Apply,
    tried: &[Attempt],
) -> Result<(), Stop> {
    let before = work.store.applied(&step.name).await.map_err(|error| Stop::failed(&error))?;
    let verified = before.as_ref().and_then(|before| before.good(verified_by(work)));
    let applied = Applied {
        run: site.voice.run.tools.recorder.run().to_string(),
        objects: serde_json::to_value(touched(tried)).unwrap_or_default(),
        written: Some(texts(site, apply)?.concat()),
        verified: verified.map(str::to_owned),
    };
    work.store.note(&step.name, &applied).await.map_err(|error| Stop::failed(&error))
}

fn verified_by(work: &Work) -> Option<&str> {
    work.verified.as_ref().map(|verified| verified.run.as_str())
}

/// Records the manifests of every step as verified, also of those that had nothing to do.
pub(crate) async fn mark(site: &Site, work: &Work) -> Result<(), Stop> {
    for step in &site.member.steps {
        let Action::Apply(apply) = &step.action else { continue };
        let text = texts(site, apply)?.concat();
        let before = work.store.applied(&step.name).await.map_err(|error| Stop::failed(&error))?;
        let before = before.unwrap_or_default();
        if before.verified.as_ref() == Some(&text) {
            continue;
        }
        let applied = Applied { written: None, verified: Some(text), ..before };
        work.store.note(&step.name, &applied).await.map_err(|error| Stop::failed(&error))?;
    }
    Ok(())
}

/// Takes back what a step of `run` wrote.
pub(crate) async fn undo(site: &Site, work: &Work, run: &str, name: &StepName) -> Result<(), Stop> {
    let done = site.voice.stage(Stage::Rollback, async |voice| {
        let record = work.store.applied(name).await.map_err(|error| Stop::failed(&error))?;
        let Some(record) = record.filter(|record| record.run == run) else {
            return Ok(((), format!("{name} had written nothing")));
        };
        let touched: Vec<Touched> = serde_json::from_value(record.objects.clone()).map_err(|source| {
            Stop::failed(&deploy_ledger::Error::NotOurs { name: format!("applied by {name}"), source })
        })?;
        let place = camino::Utf8PathBuf::from(format!("{name}, as it was verified last"));
        let back = record.good(verified_by(work)).unwrap_or_default();
        let back =
            Manifest::parse(&place, back, &site.member.namespace).map_err(|error| Stop::failed(&error))?;
        let kept = give_back(&site.client, &touched, &back).await.map_err(|error| Stop::failed(&error))?;
        if !kept.is_empty() {
            let problem = ProblemRecord::from_diagnose(&Error::Kept { step: name.clone() });
            voice.warn(kept.iter().fold(problem, |problem, object| problem.with_cause(object.to_string())));
        }
        let new = touched.iter().filter(|it| it.was == Was::Absent).count() - kept.len();
        Ok(((), format!("{name}: {} objects as they were, {new} removed", touched.len() - new)))
    });
    done.await
}
