//! From the objects and what was seen before to a verdict: pure, so that it can be replayed.

mod around;
mod container;
mod daemonset;
mod deployment;
mod docket;
#[cfg(test)]
mod docket_tests;
mod image;
mod job;
mod judgement;
mod look;
mod pods;
mod refused;
mod settle;
mod since;
mod single;
mod statefulset;

use std::sync::Arc;

use jiff::Timestamp;
use names::ObjectRef;

pub(crate) use docket::Docket;
pub use judgement::{Finding, Judgement, Judgements, Progress, Verdict};

use crate::cause::Cause;
use crate::memory::Memory;
use crate::model::{Mark, Meta, Object, Pod};
use crate::objects::Objects;
use crate::policy::Policy;
use crate::scope::Wanted;
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
    let mut judgements: Vec<Arc<Judgement>> =
        objects.awaited().map(|object| judge(&look, object).into()).collect();
    judgements.extend(objects.absent().map(|object| Arc::new(judge_absent(&look, object))));
    let verdict = whole(judgements.iter().map(|judgement| judgement.verdict), objects.is_complete());
    Judgements { verdict, objects: judgements, due: look.due() }
}

/// Failed as soon as one object is; ready when none is in progress, and none can still come.
fn whole(verdicts: impl Iterator<Item = Verdict>, complete: bool) -> Verdict {
    let mut whole = if complete { Verdict::Ready } else { Verdict::InProgress };
    for verdict in verdicts {
        match verdict {
            Verdict::Failed => return Verdict::Failed,
            Verdict::InProgress => whole = Verdict::InProgress,
            Verdict::Ready | Verdict::Advisory => {}
        }
    }
    whole
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
        Object::Service(service) => around::service(look, &reference, service),
        Object::Resource(resource) => around::resource(look, &reference, resource),
        Object::ReplicaSet(_) | Object::Notice(_) | Object::Node(_) => {
            Standing::ready(Progress { have: 1, want: 1, what: "there" })
        }
    };
    if standing.verdict != Verdict::Ready && is_optional(look, object) {
        standing.verdict = Verdict::Advisory;
    }
    if standing.verdict == Verdict::Advisory && declared(object.meta()) == Some(Declared::Blocking) {
        standing.verdict = Verdict::InProgress;
    }
    let since = since::since(look, object, &standing);
    Judgement { since, ..named(reference, standing) }
}

fn named(object: ObjectRef, standing: Standing) -> Judgement {
    let Standing { verdict, progress, mut finding, note } = standing;
    if let Some(finding) = &mut finding {
        finding.evidence = one_line(&finding.evidence);
    }
    Judgement { object, verdict, progress, finding, note, since: None }
}

/// Evidence is one line that a person can read, whatever a cluster sends.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 1000;
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.len() > LONGEST {
        line.truncate(line.floor_char_boundary(LONGEST));
        line.push('…');
    }
    line
}

/// An object that is waited for by name and is not there.
fn judge_absent(look: &Look<'_>, wanted: &Wanted) -> Judgement {
    let object = &wanted.object;
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
    if look.objects.is_hidden(wanted) {
        let blocks = look.policy.blocking.contains(&wanted.policy_name());
        let verdict = if blocks { Verdict::InProgress } else { Verdict::Advisory };
        let standing = Standing { verdict, ..Standing::waiting(progress) };
        return named(object.clone(), standing.noting("objects of this kind cannot be read here"));
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

/// What an object's author says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Declared {
    Advisory,
    Blocking,
}

fn declared(meta: &Meta) -> Option<Declared> {
    match meta.annotation(Mark::Rollout) {
        "advisory" => Some(Declared::Advisory),
        "blocking" => Some(Declared::Blocking),
        _ => None,
    }
}

/// Placeholders may wait for room for ever, a CronJob's Job is not part of a rollout, and neither is
/// one that failed long before anybody waited for it.
fn is_optional(look: &Look<'_>, object: &Object) -> bool {
    let meta = object.meta();
    match declared(meta) {
        Some(Declared::Advisory) => return true,
        Some(Declared::Blocking) => return false,
        None => {}
    }
    if let Object::Job(job) = object {
        return meta.controller().is_some_and(|owner| owner.kind == "CronJob") || job::is_history(look, job);
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
