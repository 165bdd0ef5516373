//! When a Job is done, and when it has failed.

use jiff::SignedDuration;
use names::ObjectRef;

use super::judgement::{Finding, Opinion, Progress, Standing, Verdict};
use super::look::Look;
use super::{pods, refused};
use crate::cause::Cause;
use crate::model::{Condition, Job, Pod};

/// A Job that failed this long before the wait is not part of it.
const HISTORY: SignedDuration = SignedDuration::from_hours(1);

pub(super) fn standing(look: &Look<'_>, object: &ObjectRef, job: &Job) -> Standing {
    let status = &job.status;
    let progress =
        Progress { have: status.succeeded, want: job.spec.completions.unwrap_or(1), what: "completed" };
    let holds = |kind| Condition::holding(&status.conditions, kind);
    if holds("Complete").is_some() {
        return Standing::ready(progress);
    }
    // `Failed` comes only when the last pod has stopped; `FailureTarget` is as certain and comes at once.
    if let Some(failed) = holds("Failed").or_else(|| holds("FailureTarget")) {
        return Standing {
            verdict: Verdict::Failed,
            progress,
            finding: Some(failure(look, object, job, failed)),
            note: None,
        };
    }
    if holds("SuccessCriteriaMet").is_some() {
        return Standing::waiting(progress).noting("succeeded; its pods are stopping");
    }
    if job.spec.suspend {
        let evidence =
            holds("Suspended").map_or_else(|| "spec.suspend: true".to_owned(), |it| it.message.clone());
        let container = job.spec.template.spec.only_container();
        let finding = Finding { cause: Cause::Suspended, guilty: object.clone(), container, evidence };
        return Standing { finding: Some(finding), ..Standing::waiting(progress) };
    }
    let running = look.objects.pods_of(&job.metadata.uid).filter(|pod| pod.status.phase != "Failed");
    let opinions = [
        pods::opinion(look, running),
        refused::opinion(look, object, &job.metadata.uid, &[]).filter(|_| status.active == 0),
        Opinion::weightiest(failed_pods(look, job).filter_map(|pod| pods::of_pod(look, pod))),
    ];
    Standing::by(Opinion::weightiest(opinions.into_iter().flatten()), progress)
}

/// The condition says that it failed; the last pod that failed says in which container.
fn failure(look: &Look<'_>, object: &ObjectRef, job: &Job, condition: &Condition) -> Finding {
    let cause = if condition.reason == "DeadlineExceeded" { Cause::JobDeadline } else { Cause::JobBackoff };
    let last = failed_pods(look, job).max_by_key(|pod| (pod.metadata.creation_timestamp, &pod.metadata.name));
    let Some(Opinion { finding, .. }) = last.and_then(|pod| pods::of_pod(look, pod)) else {
        let container = job.spec.template.spec.only_container();
        return Finding { cause, guilty: object.clone(), container, evidence: condition.message.clone() };
    };
    Finding { cause, evidence: format!("{}: {}", condition.message, finding.evidence), ..finding }
}

fn failed_pods<'a>(look: &Look<'a>, job: &'a Job) -> impl Iterator<Item = &'a Pod> {
    look.objects.pods_of(&job.metadata.uid).filter(|pod| pod.status.phase == "Failed")
}

/// Whether it failed so long before the wait began that it belongs to an earlier story. A Job that
/// is waited for by name always counts.
pub(super) fn is_history(look: &Look<'_>, job: &Job) -> bool {
    let failed = Condition::holding(&job.status.conditions, "Failed").and_then(|it| it.last_transition_time);
    let (false, Some(failed), Some(begin)) = (look.objects.scope().is_by_name(), failed, look.memory.begin())
    else {
        return false;
    };
    begin.duration_since(failed) > HISTORY
}
