//! Settle: what was verified is recorded, and the records of the run are closed.

use deploy_events::{Kind, Stage};
use deploy_ledger::Verified;
use helm_release::Release;

use crate::Stop;
use crate::site::Site;
use crate::work::Work;

/// Records a release as verified, whole, so that it can be brought back whatever Helm prunes.
pub(crate) async fn mark(site: &Site, work: &mut Work, release: &Release) -> Result<(), Stop> {
    let run = &site.voice.run;
    let payload = release.encode().map_err(|error| Stop::failed(&error))?;
    let commit = run.request.operator.commit.as_deref();
    let recorder = &run.tools.recorder;
    let id = recorder.run().as_str();
    let revision = release.revision().get();
    let verified = Verified::new(revision, release.manifest(), payload, id, commit, recorder.now());
    work.store.mark(&verified).await.map_err(|error| Stop::failed(&error))?;
    work.verified = Some(verified);
    let release = release.name().clone();
    site.voice.at(Stage::Settle).say(Kind::Verified { release, revision });
    Ok(())
}

/// Closes the ledger: nothing of this run is left to settle.
pub(crate) async fn close(site: &Site, work: &mut Work) -> Result<(), Stop> {
    let Some(mut ledger) = work.ledger.take() else { return Ok(()) };
    let now = site.voice.run.tools.recorder.now();
    for number in 0..ledger.steps.len() {
        ledger.end(number, now);
    }
    ledger.closed = true;
    work.store.write(&ledger).await.map_err(|error| Stop::failed(&error))
}

/// Gives the locks back. What cannot be given back becomes stale by itself, so it is only told.
pub(crate) async fn unlock(site: &Site, works: &mut [Work]) {
    for lock in works.iter_mut().filter_map(|work| work.lock.take()) {
        if let Err(error) = lock.release().await {
            site.voice.at(Stage::Settle).warn(problem::ProblemRecord::from_diagnose(&error));
        }
    }
}
