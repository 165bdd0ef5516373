//! When to believe that a pod is ready.
//!
//! A container without a probe counts as ready at each start, for as long as it lives. A real
//! kubelet shows a crash loop as a complete rollout for 0.3 to 1 second at every start.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::look::Look;
use crate::memory::{Runs, Told};
use crate::model::{Pod, Slot, Template};

/// A container that ended before must outlive its last run, up to this long.
const LONGEST_SETTLE: Duration = Duration::from_secs(30);
/// A failed liveness probe or a back-off is followed by more within this time.
const AFTER_TROUBLE: Duration = Duration::from_secs(10);

/// Whether readiness can be believed at once.
pub(super) fn is_vouched_for(template: &Template, min_ready_seconds: i64) -> bool {
    min_ready_seconds > 0 || template.spec.is_vouched_for()
}

/// How many of the pods are ready and stay so.
pub(super) fn settled<'a>(look: &Look<'_>, pods: impl Iterator<Item = &'a Pod>) -> i64 {
    let settled = pods.filter(|pod| has_settled(look, pod)).count();
    i64::try_from(settled).unwrap_or(i64::MAX)
}

fn has_settled(look: &Look<'_>, pod: &Pod) -> bool {
    if !pod.is_ready() {
        return false;
    }
    let Some(ready) = ready_since(look, pod) else { return false };
    let failed =
        |name: &str| look.memory.runs(&pod.metadata.uid, name).is_some_and(|runs| runs.failures() > 0);
    if look.memory.is_open_ended() && !pod.every_container().any(|slot| failed(&slot.status.name)) {
        return true;
    }
    let longest =
        pod.every_container().filter_map(|slot| look.memory.runs(&pod.metadata.uid, &slot.status.name));
    let time = longest.map(|runs| needed(look, runs)).max().unwrap_or(look.policy.settle);
    look.passed(ready, time) && trouble_is_over(look, pod)
}

fn trouble_is_over(look: &Look<'_>, pod: &Pod) -> bool {
    let trouble = [Told::NotAlive, Told::Killed, Told::BackOff]
        .into_iter()
        .flat_map(|told| look.memory.told(&pod.metadata.uid, told))
        .map(|(_, telling)| telling.last)
        .max();
    trouble.is_none_or(|last| look.passed(last, AFTER_TROUBLE))
}

/// Whether a container that failed before can be trusted again.
pub(super) fn has_recovered(look: &Look<'_>, pod: &Pod, slot: Slot<'_>, runs: &Runs) -> bool {
    if slot.is_init() {
        return slot.status.state.terminated.as_ref().is_some_and(|ended| ended.exit_code == 0);
    }
    if slot.status.state.running.is_none() || !slot.status.ready {
        return false;
    }
    if slot.spec.is_some_and(crate::model::Container::vouches) {
        return true;
    }
    // Another container may keep the pod unready; then this one counts from its own start.
    let since = ready_since(look, pod).or_else(|| slot.status.state.running.as_ref()?.started_at.map(later));
    look.passed_since(since, needed(look, runs)) && trouble_is_over(look, pod)
}

fn needed(look: &Look<'_>, runs: &Runs) -> Duration {
    if runs.failures() < 1 {
        return look.policy.settle;
    }
    (runs.last_run() + look.policy.settle).min(LONGEST_SETTLE.max(look.policy.settle))
}

/// Since when a pod is ready: as we saw it, or earlier if the server says so.
fn ready_since(look: &Look<'_>, pod: &Pod) -> Option<Timestamp> {
    let seen = look.memory.ready_since(&pod.metadata.uid);
    let said = pod.ready_condition().and_then(|ready| ready.last_transition_time).map(later);
    let restarted = pod
        .every_container()
        .filter_map(|slot| slot.status.state.running.as_ref()?.started_at)
        .max()
        .map(later);
    let said = said.max(restarted);
    match (seen, said) {
        (Some(seen), Some(said)) => Some(seen.min(said)),
        (seen, _) => seen,
    }
}

/// The server writes whole seconds, rounded down.
fn later(second: Timestamp) -> Timestamp {
    second.checked_add(SignedDuration::from_secs(1)).unwrap_or(second)
}
