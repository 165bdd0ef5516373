//! From the objects and what was seen before to a verdict: pure, so that it can be replayed.

mod container;
mod daemonset;
mod deployment;
mod image;
mod job;
mod judgement;
mod look;
mod pods;
mod refused;
mod settle;
mod single;
mod statefulset;

use jiff::Timestamp;
use names::ObjectRef;

pub use judgement::{Finding, Judgement, Judgements, Progress, Verdict};

use crate::cause::Cause;
use crate::memory::Memory;
use crate::model::{Object, Pod};
use crate::objects::Objects;
use crate::policy::Policy;
use judgement::{Opinion, Standing};
use look::Look;

/// Evictions of one controller's pods for the same resource that are no accident.
const EVICTIONS: usize = 2;

/// How everything that is waited for stands at the moment `now`.
///
/// `now` and the moments given to [`Memory::observe`] are on one axis: the cluster's clock as far
/// as it is known, never going backwards.
#[must_use]
pub fn verdict(objects: &Objects, memory: &Memory, now: Timestamp, policy: &Policy) -> Judgements {
    let look = Look::new(objects, memory, now, policy);
    let mut judgements: Vec<Judgement> = objects.awaited().map(|object| judge(&look, object)).collect();
    judgements.extend(objects.absent().map(|object| judge_absent(&look, object)));
    let any = |verdict| judgements.iter().any(|judgement| judgement.verdict == verdict);
    let whole = if any(Verdict::Failed) {
        Verdict::Failed
    } else if any(Verdict::InProgress) || !objects.is_complete() {
        Verdict::InProgress
    } else {
        Verdict::Ready
    };
    Judgements { verdict: whole, objects: judgements, due: look.due() }
}

fn judge(look: &Look<'_>, object: &Object) -> Judgement {
    let reference = object.reference();
    if object.meta().generation < look.objects.scope().least_generation(&reference) {
        let standing = Standing::waiting(Progress { have: 0, want: 1, what: "seen" });
        return named(reference, standing.noting("the change is not visible yet"));
    }
    let mut standing = match object {
        Object::Deployment(deployment) => deployment::standing(look, &reference, deployment),
        Object::StatefulSet(set) => statefulset::standing(look, &reference, set),
        Object::DaemonSet(set) => daemonset::standing(look, &reference, set),
        Object::Job(job) => job::standing(look, &reference, job),
        Object::Pod(pod) => single::pod(look, pod),
        Object::Claim(claim) => single::claim(look, &reference, claim),
        Object::ReplicaSet(_) | Object::Notice(_) | Object::Node(_) => {
            Standing::ready(Progress { have: 1, want: 1, what: "there" })
        }
    };
    if standing.verdict != Verdict::Ready && is_optional(look, object) {
        standing.verdict = Verdict::Advisory;
    }
    named(reference, standing)
}

fn named(object: ObjectRef, standing: Standing) -> Judgement {
    let Standing { verdict, progress, finding, note } = standing;
    Judgement { object, verdict, progress, finding, note }
}

/// An object that is waited for by name and is not there.
fn judge_absent(look: &Look<'_>, object: &ObjectRef) -> Judgement {
    let progress = Progress { have: 0, want: 1, what: "there" };
    let last = look.memory.last_seen(object);
    // A Job may be cleaned up before its end is reported; what it last said holds.
    if let Some((Object::Job(job), _)) = last {
        let standing = job::standing(look, object, job);
        let succeeded = job.status.succeeded >= job.spec.completions.unwrap_or(1);
        if standing.verdict == Verdict::Ready || succeeded {
            return named(
                object.clone(),
                Standing::ready(standing.progress).noting("done, and cleaned up since"),
            );
        }
        if standing.verdict == Verdict::Failed {
            return named(object.clone(), standing);
        }
    }
    if !look.objects.is_complete() {
        return named(object.clone(), Standing::waiting(progress));
    }
    let since = last.map_or(look.memory.begin(), |(_, since)| Some(since)).unwrap_or(look.now);
    let evidence =
        if last.is_some() { "it was deleted while it was waited for" } else { "it is not in the cluster" };
    let finding = Finding {
        cause: Cause::Vanished,
        guilty: object.clone(),
        container: None,
        evidence: evidence.to_owned(),
    };
    let fatal = look.passed(since, look.policy.vanished_grace);
    named(object.clone(), Standing::by(Some(Opinion { finding, fatal }), progress))
}

/// Placeholders may wait for room for ever, and a CronJob's Job is not part of a rollout.
fn is_optional(look: &Look<'_>, object: &Object) -> bool {
    let meta = object.meta();
    if let Object::Job(_) = object {
        return meta.controller().is_some_and(|owner| owner.kind == "CronJob");
    }
    let mut pods = look.objects.pods_of(&meta.uid).chain(
        look.objects.replica_sets_of(&meta.uid).flat_map(|set| look.objects.pods_of(&set.metadata.uid)),
    );
    pods.any(|pod| pod.spec.priority < 0)
}

/// The opinion on a controller whose pods the kubelet removed more than once for the same resource.
fn evicted<'a>(
    look: &Look<'_>,
    object: &ObjectRef,
    controller: &str,
    pods: impl Iterator<Item = &'a Pod>,
) -> Option<Opinion> {
    let (resource, times) = look.memory.evictions(controller)?;
    if times < EVICTIONS {
        return None;
    }
    let last = pods
        .filter(|pod| pod.status.reason == "Evicted")
        .max_by_key(|pod| (pod.metadata.creation_timestamp, &pod.metadata.name))
        .and_then(|pod| pods::of_pod(look, pod));
    let finding = match last {
        Some(opinion) => {
            Finding { evidence: format!("{}, {times} times", opinion.finding.evidence), ..opinion.finding }
        }
        None => {
            let evidence = format!("{times} pods were evicted for {resource}");
            Finding { cause: Cause::Evicted, guilty: object.clone(), container: None, evidence }
        }
    };
    Some(Opinion { finding, fatal: true })
}
