//! Upgrade: Helm writes, watched and fenced by the relay.

use deploy_events::{Kind, Stage};
use futures::StreamExt as _;
use helm_driver::{Operation, Progress};
use helm_release::Release;
use names::ObjectRef;
use release_plan::PlanHash;

use crate::run::Voice;
use crate::site::Site;
use crate::upgrade_request::upgrade as request;
use crate::work::Work;
use crate::{Error, Stop, Why};

/// A label holds 63 characters, and a person compares few.
const PLAN_LABEL: usize = 40;

/// Upgrades one release; the new revision is live at the end, and its labels say by which plan.
pub(crate) async fn upgrade(site: &Site, work: &mut Work, plan: &PlanHash) -> Result<Release, Stop> {
    let previous = work.base();
    let release = site
        .voice
        .stage(Stage::Upgrade, async |voice| {
            let mut upgrade = request(site, &work.input)?;
            // As much of it as a label takes.
            let short = plan.as_str().chars().take(PLAN_LABEL).collect();
            upgrade.labels.insert("deploy-plan".to_owned(), short);
            let operation = site.driver.upgrade(upgrade);
            let written = drive(voice, work, operation).await?;
            let release = live(site, work).await?;
            let chart = format!("{} {}", release.chart().name, release.chart().version);
            voice.say(Kind::Released {
                step: work.input.step.clone(),
                release: release.name().clone(),
                revision: release.revision().get(),
                previous,
                chart,
            });
            let note =
                format!("{} revision {}, {written} objects written", release.name(), release.revision());
            Ok((release, note))
        })
        .await?;
    work.live = Some(release.clone());
    Ok(release)
}

/// Runs an operation of Helm to its end, whatever happens meanwhile; tells how many objects were written.
///
/// An interrupt refuses Helm's further object writes and lets it record the failure itself; a lost lock
/// refuses every write. Either way Helm ends by itself, so nothing it does can come late.
pub(crate) async fn drive(voice: &Voice, work: &Work, mut operation: Operation) -> Result<usize, Stop> {
    let control = operation.control();
    let mut stopped: Option<Stop> = None;
    let planned = planned(work);
    let mut written = 0;
    loop {
        tokio::select! {
            progress = operation.next() => match progress {
                Some(Progress::Wrote { object, code, .. }) if code < 300 && counts(&planned, &object) => {
                    written += 1;
                    voice.say(Kind::Wrote { object, done: written, planned: planned.len() });
                }
                Some(Progress::Finished(result)) => return end(result.map(drop), stopped, written),
                Some(_) => {}
                None => return end(Ok(()), stopped, written),
            },
            stop = voice.ends(), if !stopped.as_ref().is_some_and(|stop| stop.why == Why::LockLost) => {
                match stop.why {
                    Why::LockLost => control.fence(&stop.problem.message),
                    _ => control.cancel(&stop.problem.message),
                }
                stopped = Some(stop);
            },
        }
    }
}

/// The objects that the plan says will be written; hooks come and go beside them.
fn planned(work: &Work) -> Vec<ObjectRef> {
    work.plan.iter().flat_map(release_plan::StepPlan::written).map(|plan| plan.object.clone()).collect()
}

fn counts(planned: &[ObjectRef], object: &ObjectRef) -> bool {
    planned.is_empty() || planned.contains(object)
}

fn end(result: Result<(), helm_driver::Error>, stopped: Option<Stop>, written: usize) -> Result<usize, Stop> {
    match (result, stopped) {
        (_, Some(stop)) => Err(stop),
        (Err(error), None) => Err(Stop::failed(&error)),
        (Ok(()), None) => Ok(written),
    }
}

/// The newest revision as it is now.
pub(crate) async fn live(site: &Site, work: &Work) -> Result<Release, Stop> {
    let (namespace, release) = (&work.input.helm.namespace, &work.input.helm.release);
    let newest = newest(site, work).await?;
    newest.ok_or_else(|| {
        let gone = Error::Rollout { what: format!("release `{release}` is not in `{namespace}` any more") };
        Stop::failed(&gone)
    })
}

/// The newest revision; none where there is no release.
pub(crate) async fn newest(site: &Site, work: &Work) -> Result<Option<Release>, Stop> {
    Ok(history(site, work).await?.pop())
}

/// Every revision, the oldest first.
pub(crate) async fn history(site: &Site, work: &Work) -> Result<Vec<Release>, Stop> {
    let (namespace, release) = (&work.input.helm.namespace, &work.input.helm.release);
    site.driver.releases(namespace, release).await.map_err(|error| Stop::failed(&error))
}
