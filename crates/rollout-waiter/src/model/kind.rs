//! The kinds that are watched, and where the API serves them.

/// A kind that the waiter knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// apps/v1 Deployment.
    Deployment,
    /// apps/v1 StatefulSet.
    StatefulSet,
    /// apps/v1 DaemonSet.
    DaemonSet,
    /// batch/v1 Job.
    Job,
    /// v1 PersistentVolumeClaim.
    PersistentVolumeClaim,
    /// v1 Pod.
    Pod,
    /// apps/v1 ReplicaSet.
    ReplicaSet,
    /// v1 Event.
    Event,
    /// v1 Node.
    Node,
}

impl Kind {
    /// The kind of that name in a manifest.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Deployment" => Self::Deployment,
            "StatefulSet" => Self::StatefulSet,
            "DaemonSet" => Self::DaemonSet,
            "Job" => Self::Job,
            "PersistentVolumeClaim" => Self::PersistentVolumeClaim,
            "Pod" => Self::Pod,
            "ReplicaSet" => Self::ReplicaSet,
            "Event" => Self::Event,
            "Node" => Self::Node,
            _ => return None,
        })
    }

    /// The name in a manifest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
            Self::PersistentVolumeClaim => "PersistentVolumeClaim",
            Self::Pod => "Pod",
            Self::ReplicaSet => "ReplicaSet",
            Self::Event => "Event",
            Self::Node => "Node",
        }
    }

    /// The API group; empty for the core.
    #[must_use]
    pub fn group(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet | Self::ReplicaSet => "apps",
            Self::Job => "batch",
            Self::PersistentVolumeClaim | Self::Pod | Self::Event | Self::Node => "",
        }
    }

    /// The resource, as an RBAC rule names it.
    #[must_use]
    pub fn resource(self) -> &'static str {
        match self {
            Self::Deployment => "deployments",
            Self::StatefulSet => "statefulsets",
            Self::DaemonSet => "daemonsets",
            Self::Job => "jobs",
            Self::PersistentVolumeClaim => "persistentvolumeclaims",
            Self::Pod => "pods",
            Self::ReplicaSet => "replicasets",
            Self::Event => "events",
            Self::Node => "nodes",
        }
    }

    /// Whether a rollout can wait for an object of this kind.
    #[must_use]
    pub fn is_awaited(self) -> bool {
        matches!(
            self,
            Self::Deployment
                | Self::StatefulSet
                | Self::DaemonSet
                | Self::Job
                | Self::PersistentVolumeClaim
                | Self::Pod
        )
    }
}
