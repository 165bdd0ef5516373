//! When a DaemonSet is ready, and when it never will be.

use std::collections::BTreeSet;
use std::time::Duration;

use names::ObjectRef;

use super::judgement::{Opinion, Progress, Standing};
use super::look::Look;
use super::{pods, refused, settle};
use crate::memory::Sign;
use crate::model::{DaemonSet, Mark, Node, Pod};

/// A young cluster says "no node" for a moment before it finds its nodes.
const NO_NODES_FOR: Duration = Duration::from_secs(3);

/// Ready pods count as available this long after `minReadySeconds`, but for a controller with a wrong clock.
const AVAILABLE_WITHIN: Duration = Duration::from_secs(120);

pub(super) fn standing(look: &Look<'_>, object: &ObjectRef, set: &DaemonSet) -> Standing {
    let status = &set.status;
    let want = status.desired_number_scheduled;
    let have = status.number_available.min(status.updated_number_scheduled);
    let progress = Progress { have, want, what: "available" };
    let observed = status.observed_generation.unwrap_or_default();
    if observed < set.metadata.generation || observed == 0 {
        return Standing::waiting(progress).noting("the controller has not seen the change yet");
    }
    if want == 0 {
        let since = look.memory.since(&set.metadata.uid, &Sign::NoNodes);
        let standing = if look.passed_since(since, NO_NODES_FOR) {
            Standing::ready(progress)
        } else {
            Standing::waiting(progress)
        };
        return standing.noting("no node matches");
    }
    let on_delete = set.spec.update_strategy.kind == "OnDelete";
    let excused = on_excused_nodes(look, set, |_| true);
    let old_and_excused = on_excused_nodes(look, set, |pod| !is_current(set, pod));
    let updated = on_delete || status.updated_number_scheduled + old_and_excused >= want;
    if updated && status.number_available + excused >= want {
        let vouched = settle::is_vouched_for(&set.spec.template, set.spec.min_ready_seconds);
        if !vouched && settle::settled(look, current(look, set, on_delete)) + excused < want {
            let standing = Standing::by(pods::opinion(look, current(look, set, on_delete)), progress);
            return standing.noting("settling: no probe vouches for its containers");
        }
        let ready = Standing::ready(progress);
        let old = want - status.updated_number_scheduled;
        return if on_delete && old > 0 {
            ready.noting(format!("OnDelete: {old} pods keep the old revision until they are deleted"))
        } else if status.number_available < want {
            ready.noting(format!(
                "not available on nodes that are down or new: {}",
                want - status.number_available
            ))
        } else {
            ready
        };
    }
    let minimum = Duration::from_secs(u64::try_from(set.spec.min_ready_seconds).unwrap_or_default());
    let all_ready = look.memory.since(&set.metadata.uid, &Sign::AllReady);
    if updated && look.passed_since(all_ready, minimum + AVAILABLE_WITHIN) {
        return Standing::ready(progress).noting("every pod is ready, but they are not counted as available");
    }
    let opinions = [
        super::evicted(look, object, &set.metadata.uid, current(look, set, false)),
        pods::opinion(look, current(look, set, on_delete)),
        refused::opinion(look, object, &set.metadata.uid, &[]).filter(|_| pods_missing(look, set)),
    ];
    Standing::by(Opinion::weightiest(opinions.into_iter().flatten()), progress)
}

/// Pods that are not ready since their node is down, or has come while we waited, where nodes may
/// be read. A pod of the old template on such a node cannot be replaced, so it counts as well, once a node.
fn on_excused_nodes(look: &Look<'_>, set: &DaemonSet, which: impl Fn(&Pod) -> bool) -> i64 {
    let is_new = |node: &Node| node.metadata.creation_timestamp > look.memory.begin();
    let excused = |name: &str| look.objects.node(name).is_some_and(|node| !node.is_up() || is_new(node));
    let pods = look.objects.pods_of(&set.metadata.uid).filter(|pod| !pod.is_ready() && which(pod));
    let nodes: BTreeSet<&str> =
        pods.map(|pod| pod.spec.node_name.as_str()).filter(|node| excused(node)).collect();
    i64::try_from(nodes.len()).unwrap_or_default()
}

fn pods_missing(look: &Look<'_>, set: &DaemonSet) -> bool {
    let pods = look.objects.pods_of(&set.metadata.uid).count();
    i64::try_from(pods).unwrap_or_default() < set.status.desired_number_scheduled
}

fn current<'a>(look: &Look<'a>, set: &'a DaemonSet, any: bool) -> impl Iterator<Item = &'a Pod> {
    let pods = look.objects.pods_of(&set.metadata.uid);
    pods.filter(move |pod| !pod.is_leaving() && (any || is_current(set, pod)))
}

fn is_current(set: &DaemonSet, pod: &Pod) -> bool {
    let template = set.metadata.annotation(Mark::TemplateGeneration);
    template.is_empty() || pod.metadata.label(Mark::PodTemplateGeneration) == template
}
