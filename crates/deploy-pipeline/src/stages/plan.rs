//! Plan: what a release's upgrade does to each object, as the API server predicts it.

use deploy_events::{Stage, render};
use problem::ProblemRecord;
use release_plan::{Action, ChartPlan, HelmPlan, StepPlan, Unproven, disagreement, helm_step};

use crate::cover::veil;
use crate::forecast::forecast;
use crate::site::Site;
use crate::stages::predict::{Predicted, predict};
use crate::told::writes;
use crate::work::Work;
use crate::{Error, Stop, Why};

/// Plans one release; what it is made of is told with the rest of its member.
pub(crate) async fn plan(site: &Site, work: &mut Work) -> Result<(), Stop> {
    let plan = site
        .voice
        .stage(Stage::Plan, async |voice| {
            let plan = voice.race(make(site, work, false)).await?;
            let note = render::plan(&writes(&plan), plan.hash().as_str()) + &unproven(&plan);
            Ok((plan, note))
        })
        .await?;
    work.plan = Some(plan);
    Ok(())
}

/// Plans once more under the lock, with every step before it done: what was shown must be what is done.
pub(crate) async fn confirm(site: &Site, work: &mut Work) -> Result<(), Stop> {
    let confirmed = site
        .voice
        .stage(Stage::Plan, async |voice| {
            let now = voice.race(make(site, work, true)).await?;
            let shown = work.plan.as_ref().and_then(|shown| disagreement(shown, &now));
            let Some(differs) = shown else { return Ok((now, "the same under the lock".to_owned())) };
            // A chart that rolls dice differs from itself every time; then the cluster is not what changed.
            let again = voice.race(make(site, work, true)).await?;
            let release = work.input.helm.release.clone();
            if disagreement(&now, &again).is_none() {
                let changed = Error::PlanChanged { release, what: differs.to_string() };
                return Err(Stop { why: Why::Refused, ..Stop::failed(&changed) });
            }
            voice.warn(ProblemRecord::from_diagnose(&Error::Dice { release }));
            Ok((again, "the chart differs from itself".to_owned()))
        })
        .await?;
    work.plan = Some(confirmed);
    Ok(())
}

/// The plan as of now; once nothing may be missing any more, `strict`, what is missing is a failure.
async fn make(site: &Site, work: &Work, strict: bool) -> Result<StepPlan, Stop> {
    let (step, number) = (work.input.step.clone(), number(site, work));
    let mut prediction = match predict(site, work).await? {
        Predicted::Known(prediction) => prediction,
        Predicted::NotYet(stop) if strict => return Err(*stop),
        Predicted::NotYet(stop) => {
            let reason = veil(&site.voice.run, &site.secrets, None)?.text(&stop.problem.message);
            let unproven = Some(Unproven { reason, needs: None });
            return Ok(StepPlan { step, number, action: unknown(work), impacts: Vec::new(), unproven });
        }
    };
    let mut forecast = forecast(&mut prediction, work.last.as_ref());
    if let Some(last) = forecast.last {
        let drifted = release_plan::drifted(last, &forecast.live);
        let restored = release_plan::restore(&site.client, drifted, &forecast.live).await;
        forecast.restored = restored.map_err(|error| Stop::failed(&error))?;
    }
    let veil = veil(&site.voice.run, &site.secrets, Some(&forecast))?;
    Ok(helm_step(step, number, forecast, &veil))
}

/// Where the step stands among the member's, from 1.
fn number(site: &Site, work: &Work) -> usize {
    site.member.steps.iter().position(|step| step.name == work.input.step).map_or(1, |at| at + 1)
}

fn unknown(work: &Work) -> Action {
    let live = work.last.as_ref().map(helm_release::Release::chart);
    let from = live.map(|chart| format!("{}-{}", chart.name, chart.version));
    Action::Helm(HelmPlan {
        release: work.input.helm.release.clone(),
        namespace: work.input.helm.namespace.clone(),
        chart: ChartPlan { from, to: None },
        objects: Vec::new(),
        hooks: Vec::new(),
    })
}

/// What the API server could not try, and why.
fn unproven(plan: &StepPlan) -> String {
    let objects = plan.objects().iter().filter_map(|object| object.unproven.as_ref());
    let open: Vec<&Unproven> = plan.unproven.iter().chain(objects).collect();
    match open.first() {
        None => String::new(),
        Some(first) => format!(", {} of them not tried yet: {}", open.len(), first.reason),
    }
}
