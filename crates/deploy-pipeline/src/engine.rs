//! The run as a whole: waves in order, members of a wave side by side.

use std::sync::Arc;

use deploy_events::{Kind, Outcome, Scope};
use federation::{Member, Wave};
use futures::stream::{self, StreamExt as _};

use crate::run::{Run, Voice};
use crate::secrets::Secrets;
use crate::stages::announce::Announcement;
use crate::stages::preflight::{Ready, preflight};
use crate::stages::unlock::unlock;
use crate::{Mode, Request, Settled, Stop, Tools, inputs, member, outcome};

/// How often time is told to surfaces that have nothing else to say.
const TICK: std::time::Duration = std::time::Duration::from_secs(1);

/// How many members are looked at side by side before the first wave.
const AT_ONCE: usize = 8;

/// Carries out a request. When it ends, every member is verified, put back, or named as neither.
pub async fn up(request: Request, tools: Tools) -> Outcome {
    let recorder = tools.recorder.clone();
    let run = Arc::new(Run { request, tools });
    let voice = Voice::run(&run);
    voice.say(started(&run));
    let ticking = {
        let recorder = recorder.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(TICK).await;
                recorder.emit(&Scope::run(), Kind::Tick);
            }
        })
    };
    let outcome = match prepare(&run, &voice).await {
        Err(stop) => {
            let stop = voice.fail(stop);
            not_begun(&run);
            outcome(stop.why, Settled::Untouched)
        }
        Ok((ready, secrets)) => match foresee(&run, &ready, &secrets).await {
            Err(stop) => {
                let stop = voice.fail(stop);
                not_begun(&run);
                outcome(stop.why, Settled::Untouched)
            }
            Ok(()) => {
                let announcement = Announcement::new(&voice, &secrets);
                let outcome = match run.request.mode {
                    Mode::Plan => plans(&run, &ready, &secrets, &announcement).await,
                    Mode::Deploy => waves(&run, &ready, &secrets, &announcement).await,
                };
                announcement.close(&voice, outcome).await;
                outcome
            }
        },
    };
    ticking.abort();
    voice.say(Kind::RunFinished { outcome });
    outcome
}

fn started(run: &Run) -> Kind {
    let Request { mode, waves, targets, operator, .. } = &run.request;
    Kind::RunStarted {
        command: match mode {
            Mode::Deploy => "up".to_owned(),
            Mode::Plan => "plan".to_owned(),
        },
        targets: targets.clone(),
        members: waves.iter().flat_map(|(_, members)| members).map(|member| member.name.clone()).collect(),
        who: operator.who.clone(),
        commit: operator.commit.clone(),
    }
}

async fn prepare(run: &Run, voice: &Voice) -> Result<(Ready, Secrets), Stop> {
    let members: Vec<Member> = run.request.waves.iter().flat_map(|(_, members)| members).cloned().collect();
    let ready = preflight(voice, &members).await?;
    let mut files: Vec<_> =
        members.iter().flat_map(|member| inputs::sealed_files(member, &ready.of(&member.name))).collect();
    let token = run.request.federation.grafana().and_then(|grafana| grafana.token.as_ref());
    files.extend(token.filter(|file| file.sealed).map(|file| file.file.clone()));
    files.sort();
    files.dedup();
    let public = members.iter().flat_map(|member| inputs::plain_files(&ready.of(&member.name))).collect();
    let secrets = unlock(voice, files, public).await?;
    Ok((ready, secrets))
}

/// Every member is told of, also those that the run never came to.
fn not_begun(run: &Arc<Run>) {
    for member in run.request.waves.iter().flat_map(|(_, members)| members) {
        Voice::member(run, &member.name).say(Kind::MemberFinished { outcome: Outcome::NotBegun });
    }
}

/// Where a plan was agreed to, it must hold for every member before anything is written to any.
async fn foresee(run: &Arc<Run>, ready: &Ready, secrets: &Secrets) -> Result<(), Stop> {
    if run.request.saved.is_none() || run.request.mode == Mode::Plan {
        return Ok(());
    }
    let members = run.request.waves.iter().flat_map(|(_, members)| members);
    let looks = members.map(|member| member::foresee(run, member, ready, secrets));
    stream::iter(looks).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await.into_iter().collect()
}

/// Members are planned side by side, whatever becomes of the others: a plan harms nobody.
async fn plans(run: &Arc<Run>, ready: &Ready, secrets: &Secrets, announcement: &Announcement) -> Outcome {
    let members = run.request.waves.iter().flat_map(|(_, members)| members);
    let plans = members.map(|member| member::deploy(run, member, ready, secrets, announcement));
    let outcomes = stream::iter(plans).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
    outcomes.into_iter().fold(Outcome::NotBegun, Outcome::worse)
}

/// A wave begins only when every member of the one before is well.
async fn waves(run: &Arc<Run>, ready: &Ready, secrets: &Secrets, announcement: &Announcement) -> Outcome {
    let mut so_far = Outcome::NotBegun;
    let last = run.request.waves.len().saturating_sub(1);
    for (number, (wave, members)) in run.request.waves.iter().enumerate() {
        let stop = !so_far.is_good() && so_far != Outcome::NotBegun;
        if stop || run.tools.interrupt.reason().is_some() {
            for member in members {
                Voice::member(run, &member.name).say(Kind::MemberFinished { outcome: Outcome::NotBegun });
            }
            continue;
        }
        let outcomes: Vec<Outcome> = stream::iter(members)
            .map(|member| member::deploy(run, member, ready, secrets, announcement))
            .buffer_unordered(wave.parallel.get())
            .collect()
            .await;
        so_far = outcomes.into_iter().fold(so_far, Outcome::worse);
        if number < last && so_far == Outcome::Done {
            soak(run, wave).await;
        }
    }
    match (so_far, run.tools.interrupt.reason()) {
        // Stopped before the first member began: nothing was changed, and nothing is left to settle.
        (Outcome::NotBegun, Some(reason)) => outcome(crate::Why::Interrupted(reason), Settled::Untouched),
        (so_far, _) => so_far,
    }
}

async fn soak(run: &Run, wave: &Wave) {
    if let Some(time) = wave.soak {
        tokio::select! {
            _ = run.tools.interrupt.stopped() => {}
            () = tokio::time::sleep(time) => {}
        }
    }
}
