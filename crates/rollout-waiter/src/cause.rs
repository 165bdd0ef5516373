//! The names of causes: what a script, a dashboard or a person matches on.

/// Why an object is not ready. The names are stable and never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Cause {
    /// A container ends again and again.
    CrashLoop,
    /// A container ends again and again for want of memory.
    OomKilled,
    /// A container's command cannot be started at all.
    StartError,
    /// An init container ends again and again.
    InitFailed,
    /// The image, or its tag, does not exist.
    ImageNotFound,
    /// The registry refuses the image to this cluster.
    ImageAuth,
    /// The registry asks to come back later.
    ImageRateLimited,
    /// What is written as image is no image name.
    ImageNameInvalid,
    /// The registry does not answer, or answers with a fault of its own.
    ImageUnreachable,
    /// A ConfigMap, a Secret, a key in one of them, or a service account is missing.
    ConfigMissing,
    /// The image would run with rights that the security context forbids.
    SecurityContext,
    /// The readiness probe does not pass.
    ReadinessProbe,
    /// The kubelet kills the container since its liveness or startup probe fails.
    LivenessRestart,
    /// No node takes the pod.
    Unschedulable,
    /// A volume cannot be attached or mounted.
    VolumeAttachOrMount,
    /// A claim has lost its volume.
    ClaimLost,
    /// A claim has no volume yet.
    ClaimPending,
    /// The pod's sandbox (runtime class, network) cannot be made.
    SandboxError,
    /// The kubelet removes pods that use more than they may.
    Evicted,
    /// A quota leaves no room for the pod.
    QuotaExceeded,
    /// An admission rule refuses the pod.
    AdmissionDenied,
    /// The node does not answer.
    NodeNotReady,
    /// A Job has failed as often as it may.
    JobBackoff,
    /// A Job has run as long as it may.
    JobDeadline,
    /// A Pod that nobody replaces has failed.
    PodFailed,
    /// The Deployment is paused, so the change is not rolled out.
    Paused,
    /// The Job is suspended.
    Suspended,
    /// A pod of the old revision blocks the new one.
    StuckOldRevision,
    /// The controller gave up waiting, and nothing explains why.
    DeadlineExceeded,
    /// The controller cannot go on for a reason of its own.
    ControllerError,
    /// No load balancer has given the Service an address.
    LoadBalancerPending,
    /// The issuer refuses the certificate.
    CertificateRefused,
    /// The names of a CustomResourceDefinition are taken.
    NamesNotAccepted,
    /// A custom resource says itself that it is not ready.
    NotReady,
    /// The object is gone.
    Vanished,
}

impl Cause {
    /// Every cause.
    pub const ALL: &[Self] = &[
        Self::CrashLoop,
        Self::OomKilled,
        Self::StartError,
        Self::InitFailed,
        Self::ImageNotFound,
        Self::ImageAuth,
        Self::ImageRateLimited,
        Self::ImageNameInvalid,
        Self::ImageUnreachable,
        Self::ConfigMissing,
        Self::SecurityContext,
        Self::ReadinessProbe,
        Self::LivenessRestart,
        Self::Unschedulable,
        Self::VolumeAttachOrMount,
        Self::ClaimLost,
        Self::ClaimPending,
        Self::SandboxError,
        Self::Evicted,
        Self::QuotaExceeded,
        Self::AdmissionDenied,
        Self::NodeNotReady,
        Self::JobBackoff,
        Self::JobDeadline,
        Self::PodFailed,
        Self::Paused,
        Self::Suspended,
        Self::StuckOldRevision,
        Self::DeadlineExceeded,
        Self::ControllerError,
        Self::LoadBalancerPending,
        Self::CertificateRefused,
        Self::NamesNotAccepted,
        Self::NotReady,
        Self::Vanished,
    ];

    /// The stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CrashLoop => "CrashLoop",
            Self::OomKilled => "OomKilled",
            Self::StartError => "StartError",
            Self::InitFailed => "InitFailed",
            Self::ImageNotFound => "ImageNotFound",
            Self::ImageAuth => "ImageAuth",
            Self::ImageRateLimited => "ImageRateLimited",
            Self::ImageNameInvalid => "ImageNameInvalid",
            Self::ImageUnreachable => "ImageUnreachable",
            Self::ConfigMissing => "ConfigMissing",
            Self::SecurityContext => "SecurityContext",
            Self::ReadinessProbe => "ReadinessProbe",
            Self::LivenessRestart => "LivenessRestart",
            Self::Unschedulable => "Unschedulable",
            Self::VolumeAttachOrMount => "VolumeAttachOrMount",
            Self::ClaimLost => "ClaimLost",
            Self::ClaimPending => "ClaimPending",
            Self::SandboxError => "SandboxError",
            Self::Evicted => "Evicted",
            Self::QuotaExceeded => "QuotaExceeded",
            Self::AdmissionDenied => "AdmissionDenied",
            Self::NodeNotReady => "NodeNotReady",
            Self::JobBackoff => "JobBackoff",
            Self::JobDeadline => "JobDeadline",
            Self::PodFailed => "PodFailed",
            Self::Paused => "Paused",
            Self::Suspended => "Suspended",
            Self::StuckOldRevision => "StuckOldRevision",
            Self::DeadlineExceeded => "DeadlineExceeded",
            Self::ControllerError => "ControllerError",
            Self::LoadBalancerPending => "LoadBalancerPending",
            Self::CertificateRefused => "CertificateRefused",
            Self::NamesNotAccepted => "NamesNotAccepted",
            Self::NotReady => "NotReady",
            Self::Vanished => "Vanished",
        }
    }

    /// Whether a container ran, so that its log may say more.
    pub(crate) fn leaves_a_log(self) -> bool {
        matches!(
            self,
            Self::CrashLoop
                | Self::OomKilled
                | Self::StartError
                | Self::InitFailed
                | Self::ReadinessProbe
                | Self::LivenessRestart
                | Self::JobBackoff
                | Self::JobDeadline
                | Self::PodFailed
                | Self::StuckOldRevision
                | Self::DeadlineExceeded
                | Self::Evicted
        )
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_written_in_json_by_its_stable_name() {
        for cause in Cause::ALL {
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.as_str());
        }
        let names: std::collections::BTreeSet<_> = Cause::ALL.iter().map(|cause| cause.as_str()).collect();
        assert_eq!(names.len(), Cause::ALL.len());
    }
}
