//! Since when an object stands as it does, by the times that the objects carry.

use jiff::Timestamp;

use super::judgement::{Standing, Verdict};
use super::look::Look;
use crate::cause::Cause;
use crate::model::{Condition, Object, Pod};

pub(super) fn since(look: &Look<'_>, object: &Object, standing: &Standing) -> Option<Timestamp> {
    let guilty =
        standing.finding.as_ref().and_then(|finding| Some((look.objects.pod(&finding.guilty)?, finding)));
    let said = match guilty {
        Some((pod, finding)) => of_pod(pod, finding.cause, finding.container.as_deref()),
        None => of_object(object, standing.verdict),
    };
    said.or(object.meta().creation_timestamp)
}

fn of_pod(pod: &Pod, cause: Cause, container: Option<&str>) -> Option<Timestamp> {
    let changed = |kind| Condition::named(&pod.status.conditions, kind)?.last_transition_time;
    if cause == Cause::Unschedulable {
        return changed("PodScheduled");
    }
    let ended = pod
        .every_container()
        .filter(|slot| container.is_none_or(|name| name == slot.status.name))
        .filter_map(|slot| {
            let status = slot.status;
            status.state.terminated.as_ref().or(status.last_state.terminated.as_ref())?.finished_at
        })
        .max();
    ended.or_else(|| changed("Ready")).or(pod.metadata.creation_timestamp)
}

fn of_object(object: &Object, verdict: Verdict) -> Option<Timestamp> {
    let (conditions, kinds): (&[Condition], &[&str]) = match object {
        Object::Deployment(it) if verdict == Verdict::Ready => (&it.status.conditions, &["Available"]),
        Object::Deployment(it) => (&it.status.conditions, &["ReplicaFailure", "Progressing"]),
        Object::Job(it) => (&it.status.conditions, &["FailureTarget", "Failed", "Complete", "Suspended"]),
        Object::Pod(it) => (&it.status.conditions, &["Ready"]),
        Object::Resource(it) => (&it.status.conditions, &["NamesAccepted", "Ready"]),
        _ => (&[], &[]),
    };
    kinds.iter().find_map(|kind| Condition::named(conditions, kind)?.last_transition_time)
}
