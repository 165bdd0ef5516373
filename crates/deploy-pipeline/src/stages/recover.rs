//! Recover: what a dead run left is settled, by its ledger alone.

use deploy_events::Stage;
use deploy_ledger::{LiveStatus, Mark, Settlement, settlement};
use helm_release::Status;

use crate::site::Site;
use crate::stages::upgrade::{history, newest};
use crate::stages::{lock, rollback, settle};
use crate::work::Work;
use crate::{Error, Settled, Stop, Why};

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

/// Puts a release back as its ledger tells; for a dead run, and for our own when it fails.
/// Whoever calls it has the lock, and gives it a site whose voice is settling.
pub(crate) async fn settle(site: &Site, work: &mut Work) -> Result<Settled, Stop> {
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
