//! What events say, reduced to the few things that a verdict asks for.

use crate::model::Notice;

/// A kind of statement about an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Told {
    /// The autoscaler brings a node.
    ScaleUp,
    /// The autoscaler brings none.
    NoScaleUp,
    /// A volume cannot be mounted.
    MountFailed,
    /// A volume cannot be attached.
    AttachFailed,
    /// The sandbox cannot be made.
    SandboxFailed,
    /// The readiness probe failed.
    NotReady,
    /// The liveness or startup probe failed.
    NotAlive,
    /// The kubelet kills a container for that.
    Killed,
    /// A container is started again later.
    BackOff,
    /// A controller cannot create a pod.
    CreateFailed,
    /// The node does not answer.
    NodeNotReady,
    /// An image cannot be pulled.
    PullFailed,
    /// A container cannot be made or started for another reason.
    StartFailed,
    /// A claim waits for its first user.
    AwaitsConsumer,
    /// A claim gets no volume.
    NoVolume,
}

impl Told {
    /// What an event says, or nothing where no verdict asks for it.
    pub(crate) fn by(notice: &Notice) -> Option<Self> {
        let says = |words: &str| notice.message.contains(words);
        Some(match notice.reason.as_str() {
            "TriggeredScaleUp" => Self::ScaleUp,
            "NotTriggerScaleUp" => Self::NoScaleUp,
            "FailedMount" => Self::MountFailed,
            "FailedAttachVolume" => Self::AttachFailed,
            "FailedCreatePodSandBox" => Self::SandboxFailed,
            "Unhealthy" if says("Readiness probe") => Self::NotReady,
            "Unhealthy" => Self::NotAlive,
            "Killing" if says("liveness probe") || says("startup probe") => Self::Killed,
            "BackOff" if says("restarting failed container") => Self::BackOff,
            "FailedCreate" => Self::CreateFailed,
            "NodeNotReady" => Self::NodeNotReady,
            "Failed" if says("Failed to pull image") => Self::PullFailed,
            "Failed" if says("ErrImagePull") || says("ImagePullBackOff") => return None,
            "Failed" => Self::StartFailed,
            "WaitForFirstConsumer" => Self::AwaitsConsumer,
            "ProvisioningFailed" | "FailedBinding" => Self::NoVolume,
            _ => return None,
        })
    }

    /// The reasons of events that no verdict asks for and that every rollout has many of.
    pub(crate) const NOISE: &'static [&'static str] = &[
        "Scheduled",
        "Pulled",
        "Pulling",
        "Created",
        "Started",
        "SuccessfulCreate",
        "SuccessfulDelete",
        "ScalingReplicaSet",
    ];
}
