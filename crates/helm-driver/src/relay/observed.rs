//! What went through the relay.

use std::collections::{BTreeMap, HashMap};

use helm_release::Release;
use names::ObjectRef;
use serde_json::Value;

use super::api::Resource;
use super::definitions::is_definitions;
use crate::{ApiStatus, Verb};

/// One write and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    /// Of the request: the order in which Helm wrote.
    pub(crate) number: usize,
    pub(crate) verb: Verb,
    pub(crate) resource: Resource,
    pub(crate) object: ObjectRef,
    pub(crate) code: u16,
    /// What Helm sent; kept for a plan only.
    pub(crate) sent: Vec<u8>,
    /// What the server answered, or predicted; kept for a plan only.
    pub(crate) answer: Option<Value>,
    /// What the API server said where it said no.
    pub(crate) refusal: Option<ApiStatus>,
    /// Why nothing could be predicted.
    pub(crate) unproven: Option<String>,
}

/// Everything that one operation did and met.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    /// Writes to objects, in their order; refused ones are not here.
    pub(crate) writes: Vec<Write>,
    /// What Helm recorded of the release at hand, by revision, newest record each.
    pub(crate) releases: BTreeMap<u32, Release>,
    /// What the API server said no to, in order; the newest are kept.
    pub(crate) failures: Vec<ApiStatus>,
    /// What a plan may not send and was refused here, in words.
    pub(crate) refused: Vec<String>,
    /// Whether anything was kept back by the closed gate.
    pub(crate) denied: bool,
    /// Why the last request that got no answer got none.
    pub(crate) lost: Option<String>,
    /// Single objects as they were read, by path.
    pub(crate) read: HashMap<String, Value>,
    /// The kind of each object that was read, by path.
    pub(crate) kinds: HashMap<String, String>,
}

/// More failures than this are repetitions.
const FAILURES: usize = 100;

impl Observed {
    pub(crate) fn failed(&mut self, status: ApiStatus) {
        if self.failures.len() == FAILURES {
            self.failures.remove(0);
        }
        self.failures.push(status);
    }

    /// The first write that was refused. That something is gone already refuses no deletion; and where a
    /// definition is there already, Helm leaves it as it is.
    pub(crate) fn refusal(&self) -> Option<&ApiStatus> {
        let refused = |write: &&Write| match (write.verb, write.code) {
            (Verb::Delete, 404) => false,
            (Verb::Create, 409) => !is_definitions(&write.resource),
            _ => true,
        };
        self.writes.iter().filter(refused).find_map(|write| write.refusal.as_ref())
    }

    /// How many writes to objects succeeded.
    pub(crate) fn written(&self) -> usize {
        self.writes.iter().filter(|write| (200..300).contains(&write.code)).count()
    }

    /// The objects whose deletion failed in the end.
    pub(crate) fn undeleted(&self) -> Vec<ObjectRef> {
        let mut left: Vec<ObjectRef> = Vec::new();
        for write in self.writes.iter().filter(|write| write.verb == Verb::Delete) {
            left.retain(|object| *object != write.object);
            if write.code >= 400 && write.code != 404 {
                left.push(write.object.clone());
            }
        }
        left
    }

    /// The kind of an object that nobody spelled out: as it was read, or as a manifest has it.
    pub(crate) fn kind(&self, path: &str, resource: &Resource, name: &str) -> Option<String> {
        let in_manifests = || {
            let objects = self.releases.values().rev().flat_map(Release::objects).map(|found| found.object);
            objects
                .filter(|object| object.name == name)
                .map(|object| object.kind)
                .find(|kind| is_plural(kind, &resource.resource))
        };
        self.kinds.get(path).cloned().or_else(in_manifests)
    }

    /// The newest revision that Helm recorded anything about.
    pub(crate) fn newest(&self) -> Option<&Release> {
        self.releases.values().next_back()
    }
}

/// Whether a resource is a kind's plural, as the API's conventions form it.
fn is_plural(kind: &str, resource: &str) -> bool {
    let kind = kind.to_lowercase();
    let stem = kind.strip_suffix('y').map(|stem| format!("{stem}ies"));
    [format!("{kind}s"), format!("{kind}es"), kind].iter().chain(&stem).any(|plural| plural == resource)
}

#[cfg(test)]
mod tests {
    use super::is_plural;

    #[test]
    fn plurals_are_recognised() {
        let pairs = [
            ("ConfigMap", "configmaps"),
            ("Ingress", "ingresses"),
            ("NetworkPolicy", "networkpolicies"),
            ("Endpoints", "endpoints"),
        ];
        for (kind, resource) in pairs {
            assert!(is_plural(kind, resource), "{kind}");
        }
        assert!(!is_plural("Pod", "podtemplates"));
    }
}
