//! When a Deployment is ready, and when it never will be.

use names::ObjectRef;

use super::judgement::{Finding, Opinion, Progress, Standing, Verdict};
use super::look::Look;
use super::{pods, refused, settle};
use crate::cause::Cause;
use crate::memory::Sign;
use crate::model::{Condition, Deployment, Mark, Pod, ReplicaSet};

pub(super) fn standing(look: &Look<'_>, object: &ObjectRef, deployment: &Deployment) -> Standing {
    let status = &deployment.status;
    let want = deployment.spec.replicas.unwrap_or(1);
    let available = status.available_replicas.unwrap_or_default();
    let progress = Progress { have: available.min(status.updated_replicas), want, what: "available" };
    let observed = status.observed_generation.unwrap_or_default();
    if observed < deployment.metadata.generation || status.observed_generation.is_none() {
        return Standing::waiting(progress).noting("the controller has not seen the change yet");
    }
    let revision = revision(look, deployment);
    let complete = status.updated_replicas == want && status.replicas == want && available == want;
    let uid = revision.map_or("", |set| set.metadata.uid.as_str());
    let evicted = super::evicted(look, object, uid, revision_pods(look, revision));
    if complete && evicted.is_none() {
        return completed(look, deployment, revision, progress);
    }
    if deployment.spec.paused {
        let evidence = Condition::named(&status.conditions, "Progressing")
            .map_or_else(|| "spec.paused: true".to_owned(), |condition| condition.message.clone());
        let finding = Finding { cause: Cause::Paused, guilty: object.clone(), container: None, evidence };
        return Standing { verdict: Verdict::Failed, progress, finding: Some(finding), note: None };
    }
    let opinion = Opinion::weightiest(
        [
            evicted,
            pods::opinion(look, revision_pods(look, revision)),
            refused::opinion(look, object, &deployment.metadata.uid, &status.conditions),
        ]
        .into_iter()
        .flatten(),
    );
    Standing::by(stopped(look, object, deployment, opinion), progress)
}

fn completed(
    look: &Look<'_>,
    deployment: &Deployment,
    set: Option<&ReplicaSet>,
    progress: Progress,
) -> Standing {
    let vouched = settle::is_vouched_for(&deployment.spec.template, deployment.spec.min_ready_seconds);
    if !vouched {
        let settled = settle::settled(look, revision_pods(look, set));
        if settled < progress.want {
            let opinion = pods::opinion(look, revision_pods(look, set));
            let standing = Standing::by(opinion, progress);
            return standing.noting("settling: no probe vouches for its containers");
        }
    }
    let ready = Standing::ready(progress);
    if deployment.spec.paused { ready.noting("paused, but nothing waits to be rolled out") } else { ready }
}

/// The controller's own word that it has given up, with the cause that the pods show.
fn stopped(
    look: &Look<'_>,
    object: &ObjectRef,
    deployment: &Deployment,
    opinion: Option<Opinion>,
) -> Option<Opinion> {
    if opinion.as_ref().is_some_and(|opinion| opinion.fatal) {
        return opinion;
    }
    let Some(condition) = Condition::named(&deployment.status.conditions, "Progressing") else {
        return opinion;
    };
    if condition.status != "False" {
        return opinion;
    }
    if condition.reason == "ProgressDeadlineExceeded" {
        return Some(gave_up(object, &condition.message, opinion));
    }
    let since = look.memory.since(&deployment.metadata.uid, &Sign::Stopped);
    let fatal = look.passed_since(since, look.policy.controller_grace);
    let evidence = format!("{}: {}", condition.reason, condition.message);
    let finding =
        Finding { cause: Cause::ControllerError, guilty: object.clone(), container: None, evidence };
    Opinion::weightiest([Some(Opinion { finding, fatal }), opinion].into_iter().flatten())
}

/// After the deadline, what was only a reason to wait is the reason of the failure. A failing
/// readiness probe alone says no more than that it took too long.
fn gave_up(object: &ObjectRef, message: &str, opinion: Option<Opinion>) -> Opinion {
    let finding = match opinion {
        None => Finding {
            cause: Cause::DeadlineExceeded,
            guilty: object.clone(),
            container: None,
            evidence: message.to_owned(),
        },
        Some(Opinion { mut finding, .. }) => {
            if finding.cause == Cause::ReadinessProbe {
                finding.cause = Cause::DeadlineExceeded;
            }
            finding.evidence = format!("{message} {}", finding.evidence);
            finding
        }
    };
    Opinion { finding, fatal: true }
}

/// The ReplicaSet of the current revision: the controller writes the same number on both.
fn revision<'a>(look: &Look<'a>, deployment: &Deployment) -> Option<&'a ReplicaSet> {
    let number = |text: &str| text.parse::<i64>().unwrap_or_default();
    let wanted = number(deployment.metadata.annotation(Mark::Revision));
    let sets = look.objects.replica_sets_of(&deployment.metadata.uid);
    let newest = sets.max_by_key(|set| {
        (number(set.metadata.annotation(Mark::Revision)), set.metadata.creation_timestamp)
    })?;
    (number(newest.metadata.annotation(Mark::Revision)) >= wanted).then_some(newest)
}

fn revision_pods<'a>(look: &Look<'a>, set: Option<&ReplicaSet>) -> impl Iterator<Item = &'a Pod> + use<'a> {
    let pods = set.map(|set| look.objects.pods_of(&set.metadata.uid));
    pods.into_iter().flatten().filter(|pod| !pod.is_leaving())
}
