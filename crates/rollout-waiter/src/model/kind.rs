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
    /// v1 Service.
    Service,
    /// networking.k8s.io/v1 Ingress.
    Ingress,
    /// autoscaling/v2 HorizontalPodAutoscaler.
    HorizontalPodAutoscaler,
    /// policy/v1 PodDisruptionBudget.
    PodDisruptionBudget,
    /// apiextensions.k8s.io/v1 CustomResourceDefinition.
    CustomResourceDefinition,
    /// A kind that a CustomResourceDefinition defines; its name is in the object.
    Custom,
}

impl Kind {
    /// Whether objects of this kind say how others fare.
    pub(crate) fn tells_of_others(self) -> bool {
        matches!(self, Self::Pod | Self::ReplicaSet | Self::Event)
    }

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
            "Service" => Self::Service,
            "Ingress" => Self::Ingress,
            "HorizontalPodAutoscaler" => Self::HorizontalPodAutoscaler,
            "PodDisruptionBudget" => Self::PodDisruptionBudget,
            "CustomResourceDefinition" => Self::CustomResourceDefinition,
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
            Self::Service => "Service",
            Self::Ingress => "Ingress",
            Self::HorizontalPodAutoscaler => "HorizontalPodAutoscaler",
            Self::PodDisruptionBudget => "PodDisruptionBudget",
            Self::CustomResourceDefinition => "CustomResourceDefinition",
            Self::Custom => "",
        }
    }

    /// The API group; empty for the core.
    #[must_use]
    pub fn group(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet | Self::ReplicaSet => "apps",
            Self::Job => "batch",
            Self::Ingress => "networking.k8s.io",
            Self::HorizontalPodAutoscaler => "autoscaling",
            Self::PodDisruptionBudget => "policy",
            Self::CustomResourceDefinition => "apiextensions.k8s.io",
            Self::PersistentVolumeClaim
            | Self::Pod
            | Self::Event
            | Self::Node
            | Self::Service
            | Self::Custom => "",
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
            Self::Service => "services",
            Self::Ingress => "ingresses",
            Self::HorizontalPodAutoscaler => "horizontalpodautoscalers",
            Self::PodDisruptionBudget => "poddisruptionbudgets",
            Self::CustomResourceDefinition => "customresourcedefinitions",
            Self::Custom => "",
        }
    }

    /// Whether a rollout can wait for an object of this kind.
    #[must_use]
    pub fn is_awaited(self) -> bool {
        !matches!(self, Self::ReplicaSet | Self::Event | Self::Node)
    }

    /// The kind of an object by its `apiVersion` and `kind`: another group's Service is no Service.
    ///
    /// Nothing for what is ready by being there, as a ConfigMap is.
    #[must_use]
    pub fn of(api_version: &str, kind: &str) -> Option<Self> {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        match Self::named(kind) {
            Some(known) if known.group() == group => Some(known),
            // Groups of Kubernetes itself have no dot, or end so.
            _ if !group.contains('.') || group.ends_with(".k8s.io") && !is_custom(group) => None,
            _ => Some(Self::Custom),
        }
    }

    /// Whether the wait goes on where objects of this kind may not be read.
    ///
    /// What runs the pods must be read; what only leads to them need not.
    pub(crate) fn is_optional(self) -> bool {
        matches!(
            self,
            Self::Node
                | Self::Service
                | Self::Ingress
                | Self::HorizontalPodAutoscaler
                | Self::PodDisruptionBudget
                | Self::CustomResourceDefinition
                | Self::Custom
        )
    }

    /// The version of its API.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::HorizontalPodAutoscaler => "v2",
            _ => "v1",
        }
    }
}

/// Groups under Kubernetes' own domain whose kinds clusters install like any other.
fn is_custom(group: &str) -> bool {
    group == "gateway.networking.k8s.io" || group.ends_with(".x-k8s.io") || group.starts_with("snapshot.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_from_its_namesake_in_another_group() {
        for (api_version, kind, is) in [
            ("v1", "Service", Some(Kind::Service)),
            ("serving.knative.dev/v1", "Service", Some(Kind::Custom)),
            ("cert-manager.io/v1", "Certificate", Some(Kind::Custom)),
            ("gateway.networking.k8s.io/v1", "Gateway", Some(Kind::Custom)),
            ("apps/v1", "Deployment", Some(Kind::Deployment)),
            ("autoscaling/v1", "HorizontalPodAutoscaler", Some(Kind::HorizontalPodAutoscaler)),
            ("rbac.authorization.k8s.io/v1", "Role", None),
            ("v1", "ConfigMap", None),
            ("batch/v1", "CronJob", None),
        ] {
            assert_eq!(Kind::of(api_version, kind), is, "{api_version} {kind}");
        }
    }
}
