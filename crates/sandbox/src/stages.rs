//! The simulated kubelet's stages.

use crate::Error;

pub(crate) fn kwok_config() -> Result<String, Error> {
    Ok([
        include_str!("../../../fixtures/sandbox/stages/node.yaml"),
        include_str!("../../../fixtures/sandbox/stages/pod-start.yaml"),
        include_str!("../../../fixtures/sandbox/stages/ready.yaml"),
        include_str!("../../../fixtures/sandbox/stages/never-ready.yaml"),
        include_str!("../../../fixtures/sandbox/stages/crash-loop.yaml"),
        include_str!("../../../fixtures/sandbox/stages/image-not-found.yaml"),
        include_str!("../../../fixtures/sandbox/stages/job.yaml"),
        include_str!("../../../fixtures/sandbox/stages/pod-end.yaml"),
    ]
    .concat())
}
