//! Plan: what Helm would write, as the API server predicts it.

use deploy_events::{Kind, PlannedWrite, Stage, WriteVerb, render};
use helm_driver::{Change, Class, Plan, PlanHash};
use problem::ProblemRecord;

use crate::site::Site;
use crate::upgrade_request::upgrade;
use crate::work::Work;
use crate::{Error, Stop, Why};

/// Plans one release, and tells what would be written.
pub(crate) async fn plan(site: &Site, work: &mut Work) -> Result<(), Stop> {
    let plan = site
        .voice
        .stage(Stage::Plan, async |voice| {
            let request = upgrade(site, &work.input)?;
            let plan = voice.race(async { Ok(site.driver.plan(request).await) }).await?;
            let plan = match plan {
                Ok(plan) => plan,
                Err(error) if is_unborn(&error) => {
                    let namespace = &work.input.helm.namespace;
                    return Ok((
                        None,
                        format!("a first install; nothing to compare with before `{namespace}` exists"),
                    ));
                }
                Err(error) => return Err(Stop::failed(&error)),
            };
            let (writes, hash) = (writes(&plan), plan.hash.to_string());
            let note = render::plan(&writes, &hash) + &unproven(&plan);
            voice.say(Kind::Planned { writes, hash });
            Ok((Some(plan), note))
        })
        .await?;
    work.plan = plan;
    Ok(())
}

/// Plans once more under the lock: what was shown must be what is done.
pub(crate) async fn confirm(site: &Site, work: &mut Work) -> Result<(), Stop> {
    let shown = hash(work);
    plan(site, work).await?;
    let locked = hash(work);
    // What could not be shown before its namespace was there is shown now for the first time.
    if shown.is_none() || shown == locked {
        return Ok(());
    }
    // A chart that rolls dice differs from itself every time; then the cluster is not what changed.
    plan(site, work).await?;
    let release = work.input.helm.release.clone();
    if locked == hash(work) {
        return Err(Stop { why: Why::Refused, ..Stop::failed(&Error::PlanChanged { release }) });
    }
    site.voice.at(Stage::Plan).warn(ProblemRecord::from_diagnose(&Error::Dice { release }));
    Ok(())
}

fn hash(work: &Work) -> Option<PlanHash> {
    work.plan.as_ref().map(|plan| plan.hash.clone())
}

/// Without its namespace no object can be tried.
fn is_unborn(error: &helm_driver::Error) -> bool {
    matches!(error, helm_driver::Error::Failed(failure) if failure.class == Class::NoNamespace)
}

/// What the API server could not try, and why.
fn unproven(plan: &Plan) -> String {
    let open: Vec<&str> = plan.writes.iter().filter_map(|write| write.unproven.as_deref()).collect();
    match open.first() {
        None => String::new(),
        Some(why) => format!(", {} of them not tried yet: {why}", open.len()),
    }
}

/// What changes, and the hooks beside it; what stays as it is is no news.
fn writes(plan: &Plan) -> Vec<PlannedWrite> {
    let changes = plan.writes.iter().filter_map(|write| {
        let verb = match write.change {
            Change::Create => WriteVerb::Create,
            Change::Delete => WriteVerb::Delete,
            Change::Unchanged if write.unproven.is_none() => return None,
            _ => WriteVerb::Change,
        };
        Some(PlannedWrite { verb, object: write.object.clone() })
    });
    let changes: Vec<PlannedWrite> = changes.collect();
    if changes.is_empty() {
        return changes;
    }
    let hooks =
        plan.hooks.iter().map(|hook| PlannedWrite { verb: WriteVerb::Hook, object: hook.object.clone() });
    changes.into_iter().chain(hooks).collect()
}
