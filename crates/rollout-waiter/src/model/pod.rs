//! A pod as the kubelet reports it.

use jiff::Timestamp;
use serde::Deserialize;

use super::lenient;
use super::meta::{Condition, Meta};
use super::probe::Probe;

/// A pod.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Pod {
    /// Name, labels, owner.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// What it should run.
    #[serde(default, deserialize_with = "lenient::field")]
    pub spec: PodSpec,
    /// What it runs.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: PodStatus,
}

/// What a pod should run; also the template inside a workload.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodSpec {
    /// Containers that live as long as the pod.
    #[serde(default, deserialize_with = "lenient::list")]
    pub containers: Vec<Container>,
    /// Containers that run before them, and sidecars.
    #[serde(default, deserialize_with = "lenient::list")]
    pub init_containers: Vec<Container>,
    /// The node, once there is one.
    #[serde(default, deserialize_with = "lenient::field")]
    pub node_name: String,
    /// The resolved priority; placeholders have a negative one.
    #[serde(default, deserialize_with = "lenient::count")]
    pub priority: i64,
    /// `Always`, `OnFailure` or `Never`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub restart_policy: String,
}

/// One container as it is wanted.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Name.
    #[serde(default, deserialize_with = "lenient::field")]
    pub name: String,
    /// The readiness probe, if it has one.
    #[serde(default, deserialize_with = "lenient::present")]
    pub readiness_probe: Option<Probe>,
    /// The startup probe, if it has one.
    #[serde(default, deserialize_with = "lenient::present")]
    pub startup_probe: Option<Probe>,
    /// The liveness probe, if it has one.
    #[serde(default, deserialize_with = "lenient::present")]
    pub liveness_probe: Option<Probe>,
    /// `Always` makes an init container a sidecar.
    #[serde(default, deserialize_with = "lenient::field")]
    pub restart_policy: String,
    /// Limits.
    #[serde(default, deserialize_with = "lenient::field")]
    pub resources: Resources,
}

/// The limits of a container.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Resources {
    /// The most that it may take.
    #[serde(default, deserialize_with = "lenient::field")]
    pub limits: Limits,
}

/// The most that a container may take.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Limits {
    /// As written: `64Mi`.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub memory: Option<String>,
}

/// What a pod runs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodStatus {
    /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub phase: String,
    /// One word why, for example `Evicted`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub reason: String,
    /// One sentence why.
    #[serde(default, deserialize_with = "lenient::field")]
    pub message: String,
    /// Set while the scheduler makes room by removing others.
    #[serde(default, deserialize_with = "lenient::field")]
    pub nominated_node_name: String,
    /// `PodScheduled`, `Ready` and so on.
    #[serde(default, deserialize_with = "lenient::list")]
    pub conditions: Vec<Condition>,
    /// Containers.
    #[serde(default, deserialize_with = "lenient::list")]
    pub container_statuses: Vec<ContainerStatus>,
    /// Init containers and sidecars.
    #[serde(default, deserialize_with = "lenient::list")]
    pub init_container_statuses: Vec<ContainerStatus>,
}

/// What one container does.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStatus {
    /// Name.
    #[serde(default, deserialize_with = "lenient::field")]
    pub name: String,
    /// Whether its readiness probe passes; without a probe, whether it runs.
    #[serde(default, deserialize_with = "lenient::field")]
    pub ready: bool,
    /// How often it was started again.
    #[serde(default, deserialize_with = "lenient::count")]
    pub restart_count: i64,
    /// Now.
    #[serde(default, deserialize_with = "lenient::field")]
    pub state: ContainerState,
    /// The run before this one.
    #[serde(default, deserialize_with = "lenient::field")]
    pub last_state: ContainerState,
}

/// At most one of the three is there.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct ContainerState {
    /// Not running yet, or not again yet.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub waiting: Option<Waiting>,
    /// Running.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub running: Option<Running>,
    /// Over.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub terminated: Option<Terminated>,
}

/// Why a container does not run.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Waiting {
    /// One word: `ErrImagePull`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub reason: String,
    /// One sentence.
    #[serde(default, deserialize_with = "lenient::field")]
    pub message: String,
}

/// Since when a container runs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Running {
    /// By the server's clock, in whole seconds.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub started_at: Option<Timestamp>,
}

/// How a container ended.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terminated {
    /// Exit code.
    #[serde(default, deserialize_with = "lenient::count")]
    pub exit_code: i64,
    /// `Error`, `OOMKilled`, `StartError`, `Completed`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub reason: String,
    /// The container's own last words, if it wrote any.
    #[serde(default, deserialize_with = "lenient::field")]
    pub message: String,
    /// Start, in whole seconds.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub started_at: Option<Timestamp>,
    /// End, in whole seconds.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub finished_at: Option<Timestamp>,
}

impl ContainerState {
    /// The reason for which the container waits, or the empty text.
    pub(crate) fn waits_for(&self) -> &str {
        self.waiting.as_ref().map_or("", |waiting| waiting.reason.as_str())
    }
}

impl Pod {
    /// Whether the `Ready` condition holds.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready_condition().is_some_and(|ready| ready.status == "True")
    }

    /// The `Ready` condition.
    pub(crate) fn ready_condition(&self) -> Option<&Condition> {
        Condition::named(&self.status.conditions, "Ready")
    }

    /// Whether the pod is on its way out.
    pub(crate) fn is_leaving(&self) -> bool {
        self.metadata.deletion_timestamp.is_some()
    }

    /// Every container with what it should be, init containers first.
    pub(crate) fn every_container(&self) -> impl Iterator<Item = Slot<'_>> {
        let init = self.status.init_container_statuses.iter().map(|status| (true, status));
        let app = self.status.container_statuses.iter().map(|status| (false, status));
        init.chain(app).map(|(init, status)| {
            let specs = if init { &self.spec.init_containers } else { &self.spec.containers };
            let spec = specs.iter().find(|container| container.name == status.name);
            Slot { status, spec, init }
        })
    }

    /// The container's name where there is only one to blame.
    pub(crate) fn only_container(&self) -> Option<String> {
        self.spec.only_container()
    }
}

/// A container's status beside its specification.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot<'a> {
    pub(crate) status: &'a ContainerStatus,
    pub(crate) spec: Option<&'a Container>,
    init: bool,
}

impl Slot<'_> {
    /// Whether it must end before the others start.
    pub(crate) fn is_init(&self) -> bool {
        self.init && !self.spec.is_some_and(Container::is_sidecar)
    }
}

impl Container {
    /// An init container that keeps running beside the others.
    pub(crate) fn is_sidecar(&self) -> bool {
        self.restart_policy == "Always"
    }

    /// Whether Kubernetes itself asks the container before it counts as ready.
    pub(crate) fn vouches(&self) -> bool {
        self.readiness_probe.is_some() || self.startup_probe.is_some()
    }

    /// How long after its start the container may stay unready by its own probes' figures.
    ///
    /// A late liveness probe says as much about a slow start as a patient readiness probe.
    pub(crate) fn start_budget(&self) -> std::time::Duration {
        let probes = [&self.readiness_probe, &self.startup_probe, &self.liveness_probe];
        probes.into_iter().flatten().map(Probe::budget).max().unwrap_or_default()
    }
}

impl PodSpec {
    /// The container's name where there is only one to blame.
    pub(crate) fn only_container(&self) -> Option<String> {
        match self.containers.as_slice() {
            [only] => Some(only.name.clone()),
            _ => None,
        }
    }

    /// Whether every long-lived container has a probe that vouches for it.
    pub(crate) fn is_vouched_for(&self) -> bool {
        let sidecars = self.init_containers.iter().filter(|container| container.is_sidecar());
        self.containers.iter().chain(sidecars).all(Container::vouches)
    }
}
