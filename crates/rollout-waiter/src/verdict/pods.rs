//! What a pod says about the rollout: scheduling, volumes, sandbox, containers, probes, node.

use names::ObjectRef;

use super::container;
use super::judgement::{Finding, Opinion};
use super::look::Look;
use crate::cause::Cause;
use crate::memory::{Sign, Told};
use crate::model::{Condition, Kind, Pod};

/// The weightiest opinion on a set of pods, the oldest pod first so that the answer does not jump.
///
/// Pods that had failed before anybody looked are wreckage: they lie around for weeks.
pub(super) fn opinion<'a>(look: &Look<'_>, pods: impl IntoIterator<Item = &'a Pod>) -> Option<Opinion> {
    let is_wreckage = |pod: &Pod| pod.status.phase == "Failed" && !look.memory.saw_alive(&pod.metadata.uid);
    let mut pods: Vec<&Pod> = pods.into_iter().filter(|pod| !is_wreckage(pod)).collect();
    pods.sort_by_key(|pod| {
        (pod.status.phase == "Failed", pod.metadata.creation_timestamp, &pod.metadata.name)
    });
    Opinion::weightiest(pods.into_iter().filter_map(|pod| of_pod(look, pod)))
}

/// The opinion on one pod.
pub(super) fn of_pod(look: &Look<'_>, pod: &Pod) -> Option<Opinion> {
    let guilty = reference(pod);
    if pod.is_leaving() || pod.status.phase == "Succeeded" {
        return None;
    }
    if pod.status.phase == "Failed" {
        return of_failed(pod, guilty);
    }
    if let Some(opinion) = scheduling(look, pod, &guilty) {
        return Some(opinion);
    }
    let containers = pod.every_container().filter_map(|slot| container::opinion(look, pod, &guilty, slot));
    Opinion::weightiest(containers)
        .or_else(|| before_start(look, pod, &guilty))
        .or_else(|| unready(look, pod, &guilty))
}

/// How an operator names a pod.
pub(super) fn reference(pod: &Pod) -> ObjectRef {
    crate::model::reference(Kind::Pod, &pod.metadata)
}

/// A pod that its controller will replace: never a verdict by itself.
fn of_failed(pod: &Pod, guilty: ObjectRef) -> Option<Opinion> {
    let cause = if pod.status.reason == "Evicted" { Cause::Evicted } else { Cause::PodFailed };
    let ended = pod
        .every_container()
        .find(|slot| slot.status.state.terminated.as_ref().is_some_and(|end| end.exit_code != 0));
    let evidence = if pod.status.message.is_empty() {
        let exit = ended.and_then(|slot| slot.status.state.terminated.as_ref());
        exit.map_or_else(
            || pod.status.reason.clone(),
            |exit| format!("{} (exit code {})", exit.reason, exit.exit_code),
        )
    } else {
        pod.status.message.trim().to_owned()
    };
    let container = ended.map(|slot| slot.status.name.clone()).or_else(|| pod.only_container());
    Some(Opinion { finding: Finding { cause, guilty, container, evidence }, fatal: false })
}

fn scheduling(look: &Look<'_>, pod: &Pod, guilty: &ObjectRef) -> Option<Opinion> {
    let scheduled = Condition::named(&pod.status.conditions, "PodScheduled")?;
    if scheduled.status != "False" {
        return None;
    }
    let uid = &pod.metadata.uid;
    let told = |what| look.memory.told(uid, what).map(|(_, telling)| telling.last).max();
    // A node is on its way, unless the autoscaler has since thought better of it.
    let node_comes = told(Told::ScaleUp).is_some_and(|up| told(Told::NoScaleUp).is_none_or(|no| no < up));
    let room_is_made = !pod.status.nominated_node_name.is_empty();
    let gated = scheduled.reason == "SchedulingGated";
    let since = look.memory.since(uid, &Sign::Unschedulable);
    let fatal =
        !node_comes && !room_is_made && !gated && look.passed_since(since, look.policy.unschedulable_grace);
    let evidence =
        if scheduled.message.is_empty() { scheduled.reason.clone() } else { scheduled.message.clone() };
    let finding = Finding {
        cause: Cause::Unschedulable,
        guilty: guilty.clone(),
        container: pod.only_container(),
        evidence,
    };
    Some(Opinion { finding, fatal })
}

/// A pod that has a node and whose containers are still to be made.
fn before_start(look: &Look<'_>, pod: &Pod, guilty: &ObjectRef) -> Option<Opinion> {
    let mut containers = pod.every_container();
    let creating = |reason: &str| matches!(reason, "ContainerCreating" | "PodInitializing");
    if !containers.all(|slot| creating(slot.status.state.waits_for())) {
        return None;
    }
    let uid = &pod.metadata.uid;
    let told = |what| look.memory.told(uid, what).map(|(_, telling)| telling).next();
    let say = |cause, container, evidence: &str, fatal| {
        let finding = Finding { cause, guilty: guilty.clone(), container, evidence: evidence.to_owned() };
        Some(Opinion { finding, fatal })
    };
    if let Some(sandbox) = told(Told::SandboxFailed) {
        // A runtime that the node lacks does not appear by itself; a network often does.
        let fatal = sandbox.message.contains("no runtime for") && sandbox.times() >= 2;
        return say(Cause::SandboxError, None, &sandbox.message, fatal);
    }
    if let Some(mount) = told(Told::MountFailed) {
        let message = &mount.message;
        let missing = is_missing_object(message);
        let permanent = missing || message.contains("hostPath type check failed");
        let fatal = permanent && look.passed(mount.first, look.policy.missing_grace);
        let cause = if missing { Cause::ConfigMissing } else { Cause::VolumeAttachOrMount };
        return say(cause, pod.only_container(), message, fatal);
    }
    let attach = told(Told::AttachFailed)?;
    say(Cause::VolumeAttachOrMount, pod.only_container(), &attach.message, false)
}

/// A volume made of a ConfigMap or Secret that is not there; a driver that is "not found" may still come.
fn is_missing_object(message: &str) -> bool {
    let object = message.contains(": secret \"") || message.contains(": configmap \"");
    object && message.contains("not found") || message.contains("references non-existent")
}

/// A pod that runs and is not ready.
fn unready(look: &Look<'_>, pod: &Pod, guilty: &ObjectRef) -> Option<Opinion> {
    if pod.is_ready() {
        return None;
    }
    let uid = &pod.metadata.uid;
    let containers_are_ready = !pod.status.container_statuses.is_empty()
        && pod.status.container_statuses.iter().all(|container| container.ready);
    if containers_are_ready
        && pod.ready_condition().is_some()
        && let Some((_, telling)) = look.memory.told(uid, Told::NodeNotReady).next()
    {
        let evidence = format!("{}: {}", pod.spec.node_name, telling.message);
        let finding =
            Finding { cause: Cause::NodeNotReady, guilty: guilty.clone(), container: None, evidence };
        return Some(Opinion { finding, fatal: false });
    }
    let failing = |container: &str| {
        pod.every_container().any(|slot| {
            slot.status.name == container && !slot.status.ready && slot.status.state.running.is_some()
        })
    };
    for (told, cause) in [(Told::NotReady, Cause::ReadinessProbe), (Told::NotAlive, Cause::LivenessRestart)] {
        if let Some((container, telling)) =
            look.memory.told(uid, told).find(|(container, _)| failing(container))
        {
            let fatal = cause == Cause::ReadinessProbe && is_out_of_time(look, pod, container);
            let finding = Finding {
                cause,
                guilty: guilty.clone(),
                container: Some(container.to_owned()),
                evidence: telling.message.clone(),
            };
            return Some(Opinion { finding, fatal });
        }
    }
    None
}

/// Whether a container has been unready for longer than its own probes allow. A container that was
/// started again is the crash rule's; one with an unknown start has all the time there is.
fn is_out_of_time(look: &Look<'_>, pod: &Pod, container: &str) -> bool {
    let Some(slot) = pod.every_container().find(|slot| slot.status.name == container) else { return false };
    let started = slot.status.state.running.as_ref().and_then(|running| running.started_at);
    let (Some(started), Some(spec), 0) = (started, slot.spec, slot.status.restart_count) else {
        return false;
    };
    // Readiness that was lost later is counted from its loss.
    let unready = pod.ready_condition().and_then(|ready| ready.last_transition_time);
    let since = unready.map_or(started, |unready| unready.max(started));
    look.passed(since, spec.start_budget().max(look.policy.readiness_grace))
}
