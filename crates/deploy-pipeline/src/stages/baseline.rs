//! Baseline: what a release that was never verified is worth before it is touched.

use deploy_events::Stage;

use crate::site::Site;
use crate::stages::{lock, settle, verify};
use crate::work::Work;
use crate::{Error, Stop, Why};

/// Verifies a release that is live and was never verified, and records it as verified when it passes.
pub(crate) async fn baseline(site: &Site, work: &mut Work) -> Result<(), Stop> {
    let voice = &site.voice;
    let Some(live) = work.live.clone() else {
        voice.skip(Stage::Baseline, "nothing is installed yet");
        return Ok(());
    };
    if let Some(verified) = &work.verified {
        voice.skip(Stage::Baseline, &format!("revision {} is verified", verified.revision));
        return Ok(());
    }
    if !work.input.helm.verify {
        return settle::mark(site, work, &live).await;
    }
    match verify::verify(voice, Stage::Baseline, &site.member, &live).await {
        Ok(()) => {
            // Recording it is a write, and writes need the lock.
            lock::lock(site, work).await?;
            settle::mark(site, work, &live).await
        }
        Err(stop) if matches!(stop.why, Why::Verification | Why::Inconclusive) => {
            if voice.run.request.accept_unverified {
                voice.at(Stage::Baseline).warn(*stop.problem);
                return Ok(());
            }
            let mut failed =
                Stop::failed(&Error::BaselineFailed { release: work.input.helm.release.clone() });
            failed.why = Why::Refused;
            failed.problem.causes = stop.problem.causes;
            Err(failed)
        }
        Err(stop) => Err(stop),
    }
}
