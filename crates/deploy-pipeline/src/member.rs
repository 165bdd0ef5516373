//! One member's part of a run: its stages in order, and what a stop in any of them leads to.

use std::sync::Arc;

use deploy_events::{Kind, Outcome, Stage};
use deploy_ledger::{Home, Ledger, LocalCopy, Store};
use federation::{Action, Member, Step};
use helm_driver::Driver;
use release_plan::{MemberPlan, PlanHash};

use crate::inputs::Input;
use crate::run::{Run, Voice};
use crate::secrets::Secrets;
use crate::site::Site;
use crate::stages::announce::Announcement;
use crate::stages::preflight::Ready;
use crate::stages::{
    apply, baseline, lock, login, plan, plan_member, program, recover, rollout, settle, upgrade, verify,
};
use crate::work::Work;
use crate::{Mode, Settled, Stop, Why, outcome};

/// Takes a member through its stages; it is settled when this ends, or it is told that it is not.
pub(crate) async fn deploy(
    run: &Arc<Run>,
    member: &Member,
    ready: &Ready,
    secrets: &Secrets,
    announcement: &Announcement,
) -> Outcome {
    let voice = Voice::member(run, &member.name);
    let outcome = match arrive(&voice, member, ready, secrets).await {
        Err(stop) => outcome(stop.why, Settled::Untouched),
        Ok((site, mut works)) => {
            let outcome = match walk(&site, &mut works, announcement).await {
                Ok(outcome) => outcome,
                Err(stop) => {
                    let stop = voice.at(Stage::Settle).fail(stop);
                    outcome(stop.why, put_back(&site.settling(), &mut works, stop.why).await)
                }
            };
            settle::unlock(&site, &mut works).await;
            outcome
        }
    };
    voice.say(Kind::MemberFinished { outcome });
    outcome
}

async fn arrive(
    voice: &Voice,
    member: &Member,
    ready: &Ready,
    secrets: &Secrets,
) -> Result<(Site, Vec<Work>), Stop> {
    let cluster = login::login(voice, member, secrets).await?;
    let client = cluster.client().clone();
    let works = ready.of(&member.name).into_iter().map(|input| work(voice, &client, member, input)).collect();
    let site = Site {
        member: member.clone(),
        voice: voice.clone(),
        driver: Driver::new(ready.helm.clone(), client.clone()),
        client,
        secrets: secrets.clone(),
    };
    Ok((site, works))
}

fn work(voice: &Voice, client: &kube::Client, member: &Member, input: Input) -> Work {
    let home = Home {
        client: client.clone(),
        namespace: input.helm.namespace.clone(),
        release: input.helm.release.clone(),
    };
    let copy = voice.run.request.state.join(format!("ledger-{}-{}.json", member.name, input.helm.release));
    let store = Store::new(home, Some(LocalCopy::new(copy)));
    Work { input, store, lock: None, live: None, last: None, verified: None, plan: None, ledger: None }
}

/// Plans a member and holds it to what was agreed to; nothing is written.
pub(crate) async fn foresee(
    run: &Arc<Run>,
    member: &Member,
    ready: &Ready,
    secrets: &Secrets,
) -> Result<(), Stop> {
    let (site, mut works) = arrive(&Voice::member(run, &member.name), member, ready, secrets).await?;
    for work in &mut works {
        recover::read(&site, work).await?;
        plan::plan(&site, work).await?;
    }
    plan_member::member(&site, &works).await.map(drop)
}

/// The stages. Whatever stops them, the works tell how far they came.
async fn walk(site: &Site, works: &mut [Work], announcement: &Announcement) -> Result<Outcome, Stop> {
    let planning = site.voice.run.request.mode == Mode::Plan;
    for work in &mut *works {
        if planning {
            recover::read(site, work).await?;
        } else {
            if let Some(dead) = recover::recover(site, work).await? {
                announcement.close_left(&site.voice, &dead).await;
            }
            baseline::baseline(site, work).await?;
        }
        plan::plan(site, work).await?;
    }
    let whole = plan_member::member(site, works).await?;
    if planning {
        let unchanged = works.iter().all(Work::is_unchanged) && whole.is_empty();
        return Ok(if unchanged { Outcome::Unchanged } else { Outcome::Planned });
    }
    program::check(site)?;
    apply::check(&whole.steps)?;
    let mut changed = false;
    for step in &site.member.steps {
        changed |= match &step.action {
            Action::Helm(_) => match works.iter_mut().find(|work| work.input.step == step.name) {
                Some(work) => advance(site, work, &whole.hash, changed, announcement).await?,
                None => false,
            },
            Action::Run(run) => {
                announcement.open(&site.voice).await;
                execute(site, works, step, run).await?;
                true
            }
            Action::Apply(apply) => bring(site, works, step, apply, &whole, announcement).await?,
        };
    }
    judge(site, works).await?;
    for work in &mut *works {
        if let (Some(live), false) = (work.live.clone(), work.is_verified()) {
            settle::mark(site, work, &live).await?;
        }
        if work.input.helm.verify {
            apply::mark(site, work).await?;
        }
        settle::close(site, work).await?;
    }
    Ok(if changed { Outcome::Done } else { Outcome::Unchanged })
}

/// Brings one release to its plan; tells whether there was anything to do. `late`: a step before it did something.
async fn advance(
    site: &Site,
    work: &mut Work,
    plan: &PlanHash,
    late: bool,
    announcement: &Announcement,
) -> Result<bool, Stop> {
    if work.is_unchanged() {
        site.voice.skip(Stage::Upgrade, "everything is as planned already");
        return Ok(false);
    }
    announcement.open(&site.voice).await;
    if work.lock.is_none() || late {
        lock::lock(site, work).await?;
        plan::confirm(site, work).await?;
    }
    let step = format!("{}{}", recover::HELM, work.input.step);
    begin(site, work, &step).await?;
    let release = upgrade::upgrade(site, work, plan).await?;
    rollout::rollout(site, &release, work.input.helm.timeout).await?;
    Ok(true)
}

/// Applies the manifests of a step; tells whether there was anything to do. Lock, ledger and record are those of the
/// release that the checks judge.
async fn bring(
    site: &Site,
    works: &mut [Work],
    step: &Step,
    manifests: &federation::Apply,
    whole: &MemberPlan,
    announcement: &Announcement,
) -> Result<bool, Stop> {
    let shown = whole.steps.iter().find(|shown| shown.step == step.name);
    let home = works.iter_mut().find(|work| work.input.helm.verify);
    let (Some(shown), Some(home)) = (shown.filter(|shown| !shown.is_empty()), home) else {
        site.voice.skip(Stage::Apply, "everything is as planned already");
        return Ok(false);
    };
    announcement.open(&site.voice).await;
    lock::lock(site, home).await?;
    let tried = apply::confirm(site, step, manifests, shown).await?;
    apply::note(site, home, step, manifests, &tried).await?;
    begin(site, home, &format!("{}{}", recover::APPLY, step.name)).await?;
    apply::apply(site, step, tried).await?;
    Ok(true)
}

/// Runs a program of the repository. What it does is nobody's release: lock and ledger are those of the release
/// that the checks judge.
async fn execute(site: &Site, works: &mut [Work], step: &Step, run: &federation::Run) -> Result<(), Stop> {
    if let Some(home) = works.iter_mut().find(|work| work.input.helm.verify) {
        lock::lock(site, home).await?;
        begin(site, home, &format!("{}{}", recover::RUN, step.name)).await?;
    }
    program::run(site, step, run).await
}

/// The ledger says that the step begins, before anything of it does.
async fn begin(site: &Site, work: &mut Work, step: &str) -> Result<(), Stop> {
    let run = &site.voice.run;
    let recorder = &run.tools.recorder;
    let operator = &run.request.operator;
    let open =
        || Ledger::open(recorder.run().as_str(), &operator.who, operator.commit.as_deref(), work.base());
    let mut ledger = work.ledger.clone().unwrap_or_else(open);
    ledger.begin(step, recorder.now());
    work.store.write(&ledger).await.map_err(|error| Stop::failed(&error))?;
    work.ledger = Some(ledger);
    Ok(())
}

/// The checks judge the member by the release that they are meant for.
async fn judge(site: &Site, works: &[Work]) -> Result<(), Stop> {
    let judged = works.iter().find(|work| work.input.helm.verify).and_then(|work| work.live.as_ref());
    match judged {
        Some(release) => verify::verify(&site.voice, Stage::Verify, &site.member, release).await,
        None => Ok(()),
    }
}

/// Puts every touched release back, the last one first.
async fn put_back(site: &Site, works: &mut [Work], why: Why) -> Settled {
    let mut settled = Settled::Untouched;
    for work in works.iter_mut().rev().filter(|work| work.ledger.is_some()) {
        let now = match why {
            // Without the lock nothing may be written; told to let go, nothing shall be; and what
            // could not be settled is not tried twice.
            Why::LockLost | Why::LetGo | Why::Unsettled => Settled::Not,
            _ => put_back_one(site, work).await,
        };
        settled = settled.and(now);
    }
    settled
}

async fn put_back_one(site: &Site, work: &mut Work) -> Settled {
    let settled = async {
        let settled = recover::settle(site, work).await?;
        settle::close(site, work).await?;
        Ok(settled)
    };
    match site.voice.race(settled).await {
        Ok(settled) => settled,
        Err(stop) => {
            site.voice.at(Stage::Settle).fail(stop);
            Settled::Not
        }
    }
}
