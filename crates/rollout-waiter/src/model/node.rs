//! A node, as far as it excuses a missing pod.

use serde::Deserialize;

use super::lenient;
use super::meta::{Condition, Meta};

/// A node.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Node {
    /// Name.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// Whether new pods may come.
    #[serde(default, deserialize_with = "lenient::field")]
    pub spec: NodeSpec,
    /// Whether it answers.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: NodeStatus,
}

/// Whether new pods may come to a node.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct NodeSpec {
    /// Cordoned.
    #[serde(default, deserialize_with = "lenient::field")]
    pub unschedulable: bool,
}

/// Whether a node answers.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct NodeStatus {
    /// `Ready` among others.
    #[serde(default, deserialize_with = "lenient::list")]
    pub conditions: Vec<Condition>,
}

impl Node {
    /// Whether pods on it can be expected to run.
    #[must_use]
    pub fn is_up(&self) -> bool {
        Condition::holding(&self.status.conditions, "Ready").is_some() && !self.spec.unschedulable
    }
}
