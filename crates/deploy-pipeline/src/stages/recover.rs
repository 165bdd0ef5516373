//! Recover: what a dead run left is settled, by its ledger alone.

use deploy_events::Stage;
use deploy_ledger::{LiveStatus, Mark, Settlement, StepRecord, settlement};
use helm_release::Status;
use names::StepName;

use crate::site::Site;
use crate::stages::upgrade::{history, newest};
use crate::stages::{apply, lock, program, rollback, settle};
use crate::work::Work;
use crate::{Error, Settled, Stop, Why};

/// How the ledger names a step that upgrades a release, before its name.
pub(crate) const HELM: &str = "helm:";

/// The same of a step that applies manifests.
pub(crate) const APPLY: &str = "apply:";

/// The same of a step that runs a program.
pub(crate) const RUN: &str = "run:";

/// Reads the records of a release, and settles what a dead run left; tells which run that was.
/// Writes nothing where none did.
pub(crate) async fn recover(site: &Site, work: &mut Work) -> Result<Option<String>, Stop> {
    read(site, work).await?;
    let ledger = work.store.ledger().await.map_err(|error| Stop::failed(&error))?;
    let dead = ledger.filter(deploy_ledger::Ledger::is_unsettled);
    let pending = work.seen().is_some_and(|live| live.status == LiveStatus::Pending);
    if dead.is_none() && !pending {
        site.voice.skip(Stage::Recover, "nothing is left of an earlier run");
        return Ok(None);
    }
    lock::lock(site, work).await?;
    // Only now is whoever wrote the ledger known to be gone: look again.
    read(site, work).await?;
    work.ledger = work.store.ledger().await.map_err(|error| Stop::failed(&error))?;
    let dead = work.ledger.as_ref().map(|ledger| ledger.run.clone());
    let name = dead.as_ref().map_or_else(|| "another program".to_owned(), |run| format!("run {run}"));
    let back = site.settling();
    let settled = back.voice.stage(Stage::Recover, async |_| {
        settle(&back, work).await?;
        settle::close(&back, work).await?;
        Ok((dead, format!("settled what {name} left")))
    });
    settled.await.map_err(|stop| match stop.why {
        Why::Refused => stop,
        _ => Stop { why: Why::Unsettled, ..stop },
    })
}

/// Reads the newest revision and the verified one.
pub(crate) async fn read(site: &Site, work: &mut Work) -> Result<(), Stop> {
    let mut history = history(site, work).await?;
    work.last = history.iter().rev().find(|release| *release.status() == Status::Deployed).cloned();
    work.live = history.pop();
    work.verified = work.store.verified().await.map_err(|error| Stop::failed(&error))?;
    Ok(())
}

/// Puts back what a ledger tells of, the last step first; for a dead run, and for our own when it fails.
/// Manifests go back before the release that was upgraded after them: the old one is rolled out, and
/// judged, with what it was verified with. Whoever calls it has the lock, and gives it a site whose voice
/// is settling.
pub(crate) async fn settle(site: &Site, work: &mut Work) -> Result<Settled, Stop> {
    let (before, after) = others(work);
    let (manifests, programs): (Vec<_>, Vec<_>) =
        before.into_iter().partition(|step| matches!(step, Other::Manifests(_)));
    let undone = undo(site, work, &after).await?.and(undo(site, work, &manifests).await?);
    let released = release(site, work).await?;
    Ok(undone.and(released).and(undo(site, work, &programs).await?))
}

/// A step that is no release's.
enum Other {
    Program(StepName),
    Manifests(StepName),
}

impl Other {
    fn of(record: &StepRecord) -> Option<Self> {
        let name = |kind: &str| record.step.strip_prefix(kind)?.parse().ok();
        name(RUN).map(Self::Program).or_else(|| name(APPLY).map(Self::Manifests))
    }
}

/// The other steps that had begun before the release's own one, and those after it.
fn others(work: &Work) -> (Vec<Other>, Vec<Other>) {
    let Some(ledger) = &work.ledger else { return Default::default() };
    // Its run came to the end and recorded what is live: only its last word is missing.
    if work.verified.as_ref().is_some_and(|verified| verified.run == ledger.run) {
        return Default::default();
    }
    let at = ledger.steps.iter().position(|record| record.step.starts_with(HELM));
    let (before, after) = ledger.steps.split_at(at.unwrap_or(ledger.steps.len()));
    let all = |records: &[StepRecord]| records.iter().filter_map(Other::of).collect();
    (all(before), all(after))
}

async fn undo(site: &Site, work: &Work, steps: &[Other]) -> Result<Settled, Stop> {
    let mut settled = Settled::Untouched;
    for step in steps.iter().rev() {
        match step {
            Other::Program(name) => program::undo(site, name).await?,
            Other::Manifests(name) => {
                let run = work.ledger.as_ref().map(|ledger| ledger.run.as_str()).unwrap_or_default();
                apply::undo(site, work, run, name).await?;
            }
        }
        settled = Settled::Back;
    }
    Ok(settled)
}

/// Puts the release itself back.
async fn release(site: &Site, work: &mut Work) -> Result<Settled, Stop> {
    work.live = newest(site, work).await?;
    let verified: Option<Mark> = work.verified.as_ref().map(deploy_ledger::Verified::mark);
    let release = work.input.helm.release.clone();
    match settlement(work.ledger.as_ref(), work.seen().as_ref(), verified.as_ref()) {
        Settlement::Nothing => {
            let base = work.ledger.as_ref().map_or(0, |ledger| ledger.base);
            Ok(if work.base() == base { Settled::Untouched } else { Settled::Back })
        }
        Settlement::RollBack { .. } => rollback::back(site, work).await.map(|()| Settled::Back),
        Settlement::Remove => rollback::remove(site, work).await.map(|()| Settled::Back),
        Settlement::Foreign => {
            let status = work.live.as_ref().map_or_else(String::new, |live| live.status().to_string());
            let mut stop = Stop::failed(&Error::ForeignPending { release, status });
            stop.why = Why::Refused;
            Err(stop)
        }
        Settlement::Person => Err(Stop::failed(&Error::NothingVerified { release })),
    }
}
