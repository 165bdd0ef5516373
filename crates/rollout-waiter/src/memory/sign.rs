//! What in an object's state matters by how long it has been so.

use crate::model::{Condition, DaemonSetStatus, Object, Pod, ReplicaStatus};

/// A state that a grace is counted from. It ends when the object no longer shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sign {
    /// A pod is ready; a restart begins a new time of being ready.
    Ready { restarts: i64 },
    /// The scheduler finds no node for a pod.
    Unschedulable,
    /// A container cannot be configured.
    ConfigError { container: String },
    /// A container's image cannot be pulled.
    PullError { container: String },
    /// The controller cannot make pods.
    ReplicaFailure,
    /// The controller has stopped for a reason other than its deadline.
    Stopped,
    /// A DaemonSet wants no node.
    NoNodes,
    /// Every pod of a DaemonSet is ready, whether or not it counts as available.
    AllReady,
    /// A Service has no address of a load balancer.
    NoAddress,
}

/// The signs that an object shows now.
pub(crate) fn signs(object: &Object) -> Vec<Sign> {
    match object {
        Object::Pod(pod) => of_pod(pod),
        Object::Deployment(deployment) => of_controller(&deployment.status),
        Object::StatefulSet(set) => of_controller(&set.status),
        Object::DaemonSet(set) => of_daemon_set(&set.status),
        Object::Service(service) if service.awaits_address() => vec![Sign::NoAddress],
        Object::ReplicaSet(_)
        | Object::Job(_)
        | Object::Claim(_)
        | Object::Notice(_)
        | Object::Node(_)
        | Object::Service(_)
        | Object::Resource(_) => Vec::new(),
    }
}

fn of_pod(pod: &Pod) -> Vec<Sign> {
    let mut signs = Vec::new();
    if pod.is_ready() {
        signs.push(Sign::Ready {
            restarts: pod.every_container().map(|slot| slot.status.restart_count).sum(),
        });
    }
    let scheduled = Condition::named(&pod.status.conditions, "PodScheduled");
    if scheduled.is_some_and(|condition| condition.status == "False" && condition.reason == "Unschedulable") {
        signs.push(Sign::Unschedulable);
    }
    for slot in pod.every_container() {
        let container = slot.status.name.clone();
        match slot.status.state.waits_for() {
            "CreateContainerConfigError" => signs.push(Sign::ConfigError { container }),
            "ErrImagePull" | "ImagePullBackOff" => signs.push(Sign::PullError { container }),
            _ => {}
        }
    }
    signs
}

fn of_daemon_set(status: &DaemonSetStatus) -> Vec<Sign> {
    let want = status.desired_number_scheduled;
    match status.observed_generation {
        Some(_) if want == 0 => vec![Sign::NoNodes],
        Some(_) if status.number_ready >= want && status.updated_number_scheduled >= want => {
            vec![Sign::AllReady]
        }
        _ => Vec::new(),
    }
}

fn of_controller(status: &ReplicaStatus) -> Vec<Sign> {
    let mut signs = Vec::new();
    if Condition::holding(&status.conditions, "ReplicaFailure").is_some() {
        signs.push(Sign::ReplicaFailure);
    }
    let progressing = Condition::named(&status.conditions, "Progressing");
    if progressing.is_some_and(|condition| condition.status == "False") {
        signs.push(Sign::Stopped);
    }
    signs
}
