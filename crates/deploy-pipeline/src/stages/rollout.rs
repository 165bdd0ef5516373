//! Rollout: the workloads of a release follow what Helm wrote.

use std::collections::HashMap;
use std::time::Duration;

use deploy_events::{Kind, ObjectVerdict, Stage};
use futures::{StreamExt as _, pin_mut};
use helm_release::Release;
use names::{Namespace, ObjectRef};
use problem::ProblemRecord;
use rollout_waiter::{Judgement, Policy, Scope, Snapshot, Verdict, wait};

use crate::run::Voice;
use crate::site::Site;
use crate::{Error, Stop, Why};

/// The pod that failed is gone when the member is back: what it said stands in the problem.
const NEXT: &str = "mend what the cause names, then deploy again; the member itself is put back";

/// A wait without a cause is told after so long.
const NEWS: Duration = Duration::from_secs(1);

/// Waits until every object of `release` is ready.
pub(crate) async fn rollout(site: &Site, release: &Release, deadline: Duration) -> Result<(), Stop> {
    let all = release.objects().into_iter().map(|object| (object.api_version, object.object));
    objects(site, release.namespace(), all, deadline).await
}

/// Waits until all of these objects are ready; `home` is the namespace of those that name none.
pub(crate) async fn objects(
    site: &Site,
    home: &Namespace,
    objects: impl IntoIterator<Item = (String, ObjectRef)>,
    deadline: Duration,
) -> Result<(), Stop> {
    site.voice
        .stage(Stage::Rollout, async |voice| {
            let policy = Policy { deadline, ..Policy::default() };
            let scope = Scope::manifest(home.clone(), objects);
            let last = voice.race(watch(voice, site.client.clone(), scope, policy)).await?;
            match last.problem() {
                Some(problem) => Err(Stop::new(Why::Failed, problem.with_help(NEXT))),
                None => Ok(((), format!("{} objects ready", last.objects.len()))),
            }
        })
        .await
}

/// The final snapshot; each change of an object's verdict is told on the way.
async fn watch(voice: &Voice, client: kube::Client, scope: Scope, policy: Policy) -> Result<Snapshot, Stop> {
    let snapshots = wait(client, scope, policy);
    pin_mut!(snapshots);
    let mut told: HashMap<ObjectRef, (Verdict, Option<&'static str>)> = HashMap::new();
    let mut last = None;
    while let Some(snapshot) = snapshots.next().await {
        let snapshot = snapshot.map_err(|error| Stop::failed(&error))?;
        for judgement in &snapshot.objects {
            // In the first moment nothing is counted yet: that somebody waits is no news before it lasts.
            let waits = judgement.verdict == Verdict::InProgress && judgement.finding.is_none();
            if waits && snapshot.elapsed < NEWS {
                continue;
            }
            let now = (judgement.verdict, judgement.finding.as_ref().map(|finding| finding.cause.as_str()));
            if told.insert(judgement.object.clone(), now) != Some(now) {
                voice.say(tell(judgement));
            }
        }
        last = Some(snapshot);
    }
    last.ok_or_else(|| {
        let what = "the cluster ended every watch before anything was seen".to_owned();
        Stop::new(Why::Failed, ProblemRecord::from_diagnose(&Error::Rollout { what }))
    })
}

fn tell(judgement: &Judgement) -> Kind {
    let verdict = match judgement.verdict {
        Verdict::Ready => ObjectVerdict::Ready,
        Verdict::InProgress => ObjectVerdict::InProgress,
        Verdict::Failed => ObjectVerdict::Failed,
        Verdict::Advisory => ObjectVerdict::Advisory,
    };
    let words =
        judgement.finding.as_ref().map(|finding| finding.evidence.clone()).or_else(|| judgement.note.clone());
    let words = words.map_or_else(String::new, |words| format!(", {words}"));
    Kind::Object {
        object: judgement.object.clone(),
        verdict,
        detail: format!("{}{words}", judgement.progress),
        cause: judgement.finding.as_ref().map(|finding| finding.cause.as_str().to_owned()),
    }
}
