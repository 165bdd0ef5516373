//! Verify: would a user be served?

use deploy_events::{CheckVerdict, Kind, Stage};
use e2e_probe::{
    BaseUrl, BinderHub, CheckResult, Expected, JupyterHub, LaunchSpec, Overall, Progress, Report, Target,
    Verdict, Verification,
};
use federation::{CheckKind, Member};
use futures::StreamExt as _;
use helm_release::Release;
use jiff::SignedDuration;
use problem::{Diagnose, ProblemRecord};

use crate::run::Voice;
use crate::{Error, Stop, Why};

/// Where BinderHub's chart holds the image that builds.
const BUILD_IMAGE: &str = "binderhub.config.KubernetesBuildExecutor.build_image";

/// Runs the checks of a member against what `release` says was deployed.
pub(crate) async fn verify(
    voice: &Voice,
    stage: Stage,
    member: &Member,
    release: &Release,
) -> Result<(), Stop> {
    let targets = targets(member, release)?;
    if targets.is_empty() {
        voice.skip(stage, "the member has no checks");
        return Ok(());
    }
    voice
        .stage(stage, async |voice| {
            let mut reports = Vec::new();
            for target in targets {
                reports.extend(watch(voice, target).await?);
            }
            judge(&reports).map(|note| ((), note))
        })
        .await
}

/// The checks of one target; a server that was launched is stopped even when the run is.
async fn watch(voice: &Voice, target: Target) -> Result<Option<Report>, Stop> {
    let (http, budgets) = (voice.run.tools.http.clone(), voice.run.request.budgets);
    let mut running: Verification = e2e_probe::verify(http, target, budgets);
    let mut report = None;
    loop {
        let progress = tokio::select! {
            biased;
            stop = voice.ends() => {
                running.stop().await;
                return Err(stop);
            }
            progress = running.next() => progress,
        };
        match progress {
            Some(Progress::CheckDone(result)) => voice.say(told(&result)),
            Some(Progress::Finished(finished)) => report = Some(finished),
            Some(_) => {}
            None => return Ok(report),
        }
    }
}

fn told(result: &CheckResult) -> Kind {
    let verdict = match result.verdict {
        Verdict::Pass => CheckVerdict::Pass,
        Verdict::Degraded => CheckVerdict::Degraded,
        Verdict::Fail => CheckVerdict::Fail,
        Verdict::Inconclusive => CheckVerdict::Inconclusive,
        Verdict::Skipped => CheckVerdict::Skipped,
    };
    let wanted = result.wanted.as_ref().map_or_else(String::new, |wanted| format!("; wanted {wanted}"));
    let took = SignedDuration::try_from(result.took).unwrap_or_default();
    Kind::Check { name: result.name.to_owned(), verdict, detail: format!("{}{wanted}", result.seen), took }
}

/// One sentence for all reports, or the problem with every failed check as a cause.
fn judge(reports: &[Report]) -> Result<String, Stop> {
    let all: usize = reports.iter().map(|report| report.checks.len()).sum();
    let any = |verdict| reports.iter().any(|report| report.verdict == verdict);
    let why = match () {
        () if any(Overall::Fail) => Why::Verification,
        () if any(Overall::Inconclusive) || reports.is_empty() => Why::Inconclusive,
        () => {
            let worth = if any(Overall::Degraded) { ", some degraded" } else { "" };
            return Ok(format!("{all} checks{worth}"));
        }
    };
    let troubles: Vec<&CheckResult> = reports.iter().flat_map(Report::troubles).collect();
    let mut problem = ProblemRecord::from_diagnose(&Error::Checks { failed: troubles.len(), all });
    for result in troubles {
        problem = problem.with_cause(result.to_string());
        if let Some(found) = result.problem() {
            problem.causes.extend(found.causes);
            // The check knows its own next step better than the pipeline does.
            problem.help = found.help.or(problem.help);
        }
    }
    Err(Stop::new(why, problem))
}

fn targets(member: &Member, release: &Release) -> Result<Vec<Target>, Stop> {
    let mut targets = Vec::new();
    for check in &member.checks {
        match &check.kind {
            CheckKind::BinderHub { launch, .. } => {
                let Some(binder) = &member.urls.binder else { continue };
                let mut hub = BinderHub::new(base(binder)?);
                hub.hub = member.urls.hub.as_ref().map(base).transpose()?;
                hub.launch = launch.as_ref().map(|launch| spec(launch.as_str())).transpose()?;
                hub.expected = expected(release);
                hub.page = true;
                targets.push(Target::BinderHub(hub));
            }
            CheckKind::JupyterHub { .. } => {
                let Some(hub) = &member.urls.hub else { continue };
                targets.push(Target::JupyterHub(JupyterHub {
                    hub: base(hub)?,
                    version: dependency(release, "jupyterhub"),
                }));
            }
            // The preflight refuses what no check here covers.
            CheckKind::Federation { .. } | CheckKind::Metrics { .. } => {}
        }
    }
    Ok(targets)
}

/// What the live release says its services should answer.
fn expected(release: &Release) -> Expected {
    Expected {
        binderhub: dependency(release, "binderhub"),
        build_image: release.value(BUILD_IMAGE).and_then(serde_json::Value::as_str).map(str::to_owned),
        jupyterhub: dependency(release, "jupyterhub"),
    }
}

fn dependency(release: &Release, name: &str) -> Option<String> {
    let found = release.chart().dependencies.iter().find(|dependency| dependency.name == name);
    found.map(|dependency| dependency.version.clone())
}

fn base(url: &url::Url) -> Result<BaseUrl, Stop> {
    BaseUrl::new(url.clone()).map_err(|error| configuration(&error))
}

fn spec(text: &str) -> Result<LaunchSpec, Stop> {
    text.parse().map_err(|error: e2e_probe::Error| configuration(&error))
}

fn configuration(error: &dyn Diagnose) -> Stop {
    Stop::new(Why::Configuration, ProblemRecord::from_diagnose(error))
}
