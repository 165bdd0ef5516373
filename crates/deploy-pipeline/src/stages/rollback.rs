//! Rollback: a release goes back to its verified revision, waited for and verified again.

use deploy_events::{Kind, Stage};
use deploy_ledger::digest;
use helm_release::{Release, Revision, Status};

use crate::site::Site;
use crate::stages::upgrade::{drive, live};
use crate::stages::{rollout, verify};
use crate::work::Work;
use crate::{Error, Stop};

/// Goes back to the verified revision.
pub(crate) async fn back(site: &Site, work: &mut Work) -> Result<(), Stop> {
    let release = site
        .voice
        .stage(Stage::Rollback, async |voice| {
            let to = target(site, work).await?;
            let helm = &work.input.helm;
            let words = format!("run {} put it back on revision {to}", voice.run.tools.recorder.run());
            unpend(site, work, &words).await?;
            let (release, namespace) = (helm.release.clone(), helm.namespace.clone());
            let operation = site.driver.rollback(release, namespace, to, helm.timeout, &words);
            drive(voice, work, operation).await?;
            let live = live(site, work).await?;
            let (to, revision) = (to.get(), live.revision().get());
            voice.say(Kind::RolledBack { release: helm.release.clone(), to, revision });
            let note = format!("{} is back on revision {to}, as revision {revision}", helm.release);
            Ok((live, note))
        })
        .await?;
    work.live = Some(release.clone());
    rollout::rollout(site, &release, work.input.helm.timeout).await?;
    if work.input.helm.verify {
        verify::verify(&site.voice, Stage::Verify, &site.member, &release).await?;
    }
    Ok(())
}

/// Takes away a first install that never ended. Claims, CRDs and the namespace stay.
pub(crate) async fn remove(site: &Site, work: &mut Work) -> Result<(), Stop> {
    site.voice
        .stage(Stage::Rollback, async |voice| {
            let helm = &work.input.helm;
            let operation = site.driver.uninstall(helm.release.clone(), helm.namespace.clone(), helm.timeout);
            drive(voice, work, operation).await?;
            voice.say(Kind::RolledBack { release: helm.release.clone(), to: 0, revision: 0 });
            Ok(((), format!("{} removed", helm.release)))
        })
        .await?;
    work.live = None;
    Ok(())
}

/// Whoever left a revision pending is gone: its record says so before anything is made on top of it.
async fn unpend(site: &Site, work: &Work, words: &str) -> Result<(), Stop> {
    let helm = &work.input.helm;
    let settled = site.driver.settle_pending(&helm.namespace, &helm.release, words).await;
    settled.map(drop).map_err(|error| Stop::failed(&error))
}

/// The revision in Helm's history that is the verified one; brought back where Helm pruned it.
async fn target(site: &Site, work: &Work) -> Result<Revision, Stop> {
    let helm = &work.input.helm;
    let Some(verified) = &work.verified else {
        return Err(Stop::failed(&Error::NowhereToGo { release: helm.release.clone() }));
    };
    let history =
        site.driver.releases(&helm.namespace, &helm.release).await.map_err(|error| Stop::failed(&error))?;
    let same = |release: &&Release| {
        digest(release.manifest().as_bytes()) == verified.manifest && *release.status() != Status::Failed
    };
    let original =
        history.iter().find(|release| release.revision().get() == verified.revision && same(release));
    if let Some(found) = original.or_else(|| history.iter().rev().find(same)) {
        return Ok(found.revision());
    }
    let pruned =
        Release::decode(verified.payload(), &Default::default()).map_err(|error| Stop::failed(&error))?;
    site.driver.restore(&pruned).await.map_err(|error| Stop::failed(&error))?;
    Ok(pruned.revision())
}
