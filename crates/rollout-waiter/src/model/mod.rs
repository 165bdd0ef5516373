//! The objects as far as verdicts need them.
//!
//! These are our own structs, since those of a client library change their shape with the
//! served version: unknown fields are ignored, a field of a wrong type reads as absent.

mod claim;
mod event;
mod job;
mod kind;
mod lenient;
mod marks;
mod meta;
mod node;
mod object;
mod pod;
mod probe;
mod resource;
mod service;
mod workload;

pub use claim::{Claim, ClaimStatus};
pub use event::{Involved, Notice, Series};
pub use job::{Job, JobSpec, JobStatus};
pub use kind::Kind;
pub use marks::{Mark, Marks};
pub use meta::{Condition, Meta, OwnerReference};
pub use node::{Node, NodeSpec, NodeStatus};
pub use object::{Change, Object};
pub(crate) use object::{OfKind, reference};
pub(crate) use pod::Slot;
pub use pod::{
    Container, ContainerState, ContainerStatus, Limits, Pod, PodSpec, PodStatus, Resources, Running,
    Terminated, Waiting,
};
pub use probe::Probe;
pub use resource::{Resource, ResourceStatus};
pub use service::{LoadBalancer, Service, ServiceSpec, ServiceStatus};
pub use workload::{
    DaemonSet, DaemonSetSpec, DaemonSetStatus, Deployment, DeploymentSpec, ReplicaSet, ReplicaStatus,
    RollingUpdate, StatefulSet, StatefulSetSpec, Template, UpdateStrategy,
};
