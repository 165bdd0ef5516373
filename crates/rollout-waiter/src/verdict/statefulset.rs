//! When a StatefulSet is ready, and when it never will be.

use names::ObjectRef;

use super::judgement::{Finding, Opinion, Progress, Standing};
use super::look::Look;
use super::{pods, refused, settle};
use crate::cause::Cause;
use crate::model::{Mark, Pod, StatefulSet};

pub(super) fn standing(look: &Look<'_>, object: &ObjectRef, set: &StatefulSet) -> Standing {
    let status = &set.status;
    let want = set.spec.replicas.unwrap_or(1);
    let available = status.available_replicas.unwrap_or(status.ready_replicas);
    let progress = Progress { have: available.min(status.ready_replicas), want, what: "available" };
    let observed = status.observed_generation.unwrap_or_default();
    if observed < set.metadata.generation || observed == 0 {
        return Standing::waiting(progress).noting("the controller has not seen the change yet");
    }
    let on_delete = set.spec.update_strategy.kind == "OnDelete";
    let partition = if on_delete { want } else { set.spec.update_strategy.rolling_update.partition };
    let all_there = status.replicas == want && status.ready_replicas >= want && available >= want;
    let updated = if partition > 0 {
        status.updated_replicas >= (want - partition).max(0)
    } else {
        status.current_revision == status.update_revision || current(look, set).count() == size(want)
    };
    let old_pods = look.objects.pods_of(&set.metadata.uid).filter(|pod| !is_current(set, pod)).count();
    if all_there && updated {
        let vouched = settle::is_vouched_for(&set.spec.template, set.spec.min_ready_seconds);
        let others = i64::try_from(old_pods).unwrap_or_default();
        if !vouched && settle::settled(look, current(look, set)) + others < want {
            let standing = Standing::by(pods::opinion(look, current(look, set)), progress);
            return standing.noting("settling: no probe vouches for its containers");
        }
        let ready = Standing::ready(progress);
        return match (on_delete, old_pods) {
            (true, 1..) => ready
                .noting(format!("OnDelete: {old_pods} pods keep the old revision until they are deleted")),
            _ => ready,
        };
    }
    let opinions = [
        super::evicted(look, object, &set.metadata.uid, current(look, set)),
        pods::opinion(look, current(look, set)),
        stuck(look, set),
        refused::opinion(look, object, &set.metadata.uid, &status.conditions)
            .filter(|_| status.replicas < want),
    ];
    Standing::by(Opinion::weightiest(opinions.into_iter().flatten()), progress)
}

/// A pod of the old revision that is not ready blocks an ordered update for good, unless it gets
/// ready for a moment at its next start: then the controller replaces it.
fn stuck(look: &Look<'_>, set: &StatefulSet) -> Option<Opinion> {
    if set.spec.pod_management_policy == "Parallel"
        || set.status.current_revision == set.status.update_revision
    {
        return None;
    }
    let old =
        look.objects.pods_of(&set.metadata.uid).filter(|pod| !is_current(set, pod) && !pod.is_leaving());
    let blocking = old.filter(|pod| !pod.is_ready()).min_by_key(|pod| &pod.metadata.name)?;
    let opinion = pods::of_pod(look, blocking)?;
    let finding = Finding {
        cause: Cause::StuckOldRevision,
        evidence: format!("{} keeps the old revision: {}", blocking.metadata.name, opinion.finding.evidence),
        ..opinion.finding
    };
    Some(Opinion { finding, fatal: opinion.fatal && !was_ready_in_its_last_run(blocking) })
}

fn was_ready_in_its_last_run(pod: &Pod) -> bool {
    let changed = pod.ready_condition().and_then(|ready| ready.last_transition_time);
    let runs = pod.every_container().filter_map(|slot| {
        let ended = slot.status.state.terminated.as_ref().or(slot.status.last_state.terminated.as_ref());
        ended.and_then(|ended| ended.started_at)
    });
    // Readiness that changed after the last start was readiness in that run.
    runs.max().is_some_and(|started| changed.is_some_and(|changed| changed >= started))
}

fn current<'a>(look: &Look<'a>, set: &'a StatefulSet) -> impl Iterator<Item = &'a Pod> {
    look.objects.pods_of(&set.metadata.uid).filter(move |pod| is_current(set, pod) && !pod.is_leaving())
}

fn is_current(set: &StatefulSet, pod: &Pod) -> bool {
    pod.metadata.label(Mark::ControllerRevision) == set.status.update_revision
}

fn size(count: i64) -> usize {
    usize::try_from(count).unwrap_or_default()
}
