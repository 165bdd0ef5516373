//! Deployments, ReplicaSets, DaemonSets and StatefulSets as their controllers report them.

use serde::Deserialize;

use super::lenient;
use super::meta::{Condition, Meta};
use super::pod::PodSpec;

/// The template of a workload's pods.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Template {
    /// What the pods should run.
    #[serde(default, deserialize_with = "lenient::field")]
    pub spec: PodSpec,
}

/// A Deployment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Deployment {
    /// Name, generation, revision annotation.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// What is wanted.
    #[serde(default, deserialize_with = "lenient::field")]
    pub spec: DeploymentSpec,
    /// What there is.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: ReplicaStatus,
}

/// What a Deployment wants.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentSpec {
    /// How many pods; absent means one.
    #[serde(default, deserialize_with = "lenient::maybe_count")]
    pub replicas: Option<i64>,
    /// Whether the controller may roll out.
    #[serde(default, deserialize_with = "lenient::field")]
    pub paused: bool,
    /// How long a pod must be ready before it counts.
    #[serde(default, deserialize_with = "lenient::count")]
    pub min_ready_seconds: i64,
    /// The pods.
    #[serde(default, deserialize_with = "lenient::field")]
    pub template: Template,
}

/// A ReplicaSet: one revision of a Deployment, which itself reports what becomes of it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct ReplicaSet {
    /// Name, owner, revision annotation.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
}

/// The counters of a Deployment or a StatefulSet.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaStatus {
    /// The generation that the controller has seen; absent before the first time.
    #[serde(default, deserialize_with = "lenient::maybe_count")]
    pub observed_generation: Option<i64>,
    /// Pods of any revision.
    #[serde(default, deserialize_with = "lenient::count")]
    pub replicas: i64,
    /// Pods of the current revision.
    #[serde(default, deserialize_with = "lenient::count")]
    pub updated_replicas: i64,
    /// Ready pods.
    #[serde(default, deserialize_with = "lenient::count")]
    pub ready_replicas: i64,
    /// Pods that have been ready for long enough; absent from old StatefulSets.
    #[serde(default, deserialize_with = "lenient::maybe_count")]
    pub available_replicas: Option<i64>,
    /// StatefulSets: the revision that is being left.
    #[serde(default, deserialize_with = "lenient::field")]
    pub current_revision: String,
    /// StatefulSets: the revision that is wanted.
    #[serde(default, deserialize_with = "lenient::field")]
    pub update_revision: String,
    /// `Available`, `Progressing`, `ReplicaFailure`.
    #[serde(default, deserialize_with = "lenient::list")]
    pub conditions: Vec<Condition>,
}

/// A StatefulSet.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct StatefulSet {
    /// Name and generation.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// What is wanted.
    #[serde(default, deserialize_with = "lenient::field")]
    pub spec: StatefulSetSpec,
    /// What there is.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: ReplicaStatus,
}

/// What a StatefulSet wants.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatefulSetSpec {
    /// How many pods; absent means one.
    #[serde(default, deserialize_with = "lenient::maybe_count")]
    pub replicas: Option<i64>,
    /// `OrderedReady` or `Parallel`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub pod_management_policy: String,
    /// How pods are replaced.
    #[serde(default, deserialize_with = "lenient::field")]
    pub update_strategy: UpdateStrategy,
    /// How long a pod must be ready before it counts.
    #[serde(default, deserialize_with = "lenient::count")]
    pub min_ready_seconds: i64,
    /// The pods.
    #[serde(default, deserialize_with = "lenient::field")]
    pub template: Template,
}

/// How a StatefulSet or DaemonSet replaces its pods.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateStrategy {
    /// `RollingUpdate` or `OnDelete`.
    #[serde(default, rename = "type", deserialize_with = "lenient::field")]
    pub kind: String,
    /// The details of a rolling update.
    #[serde(default, deserialize_with = "lenient::field")]
    pub rolling_update: RollingUpdate,
}

/// The details of a rolling update.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct RollingUpdate {
    /// StatefulSets: pods below this ordinal keep the old revision.
    #[serde(default, deserialize_with = "lenient::count")]
    pub partition: i64,
}

/// A DaemonSet.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct DaemonSet {
    /// Name, generation, the annotation with the template's generation.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// What is wanted.
    #[serde(default, deserialize_with = "lenient::field")]
    pub spec: DaemonSetSpec,
    /// What there is.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: DaemonSetStatus,
}

/// What a DaemonSet wants.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DaemonSetSpec {
    /// How pods are replaced.
    #[serde(default, deserialize_with = "lenient::field")]
    pub update_strategy: UpdateStrategy,
    /// How long a pod must be ready before it counts.
    #[serde(default, deserialize_with = "lenient::count")]
    pub min_ready_seconds: i64,
    /// The pods.
    #[serde(default, deserialize_with = "lenient::field")]
    pub template: Template,
}

/// The counters of a DaemonSet.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DaemonSetStatus {
    /// The generation that the controller has seen; absent before the first time.
    #[serde(default, deserialize_with = "lenient::maybe_count")]
    pub observed_generation: Option<i64>,
    /// Nodes that should run a pod.
    #[serde(default, deserialize_with = "lenient::count")]
    pub desired_number_scheduled: i64,
    /// Nodes that run a pod of the current revision.
    #[serde(default, deserialize_with = "lenient::count")]
    pub updated_number_scheduled: i64,
    /// Nodes with a ready pod.
    #[serde(default, deserialize_with = "lenient::count")]
    pub number_ready: i64,
    /// Nodes with a pod that has been ready for long enough.
    #[serde(default, deserialize_with = "lenient::count")]
    pub number_available: i64,
}
