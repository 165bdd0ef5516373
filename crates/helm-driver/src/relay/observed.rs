//! What went through the relay.

use std::collections::{BTreeMap, HashMap};

use helm_release::Release;
use names::ObjectRef;
use serde_json::Value;

use super::api::Resource;
use crate::{ApiStatus, Verb};

/// One write and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) verb: Verb,
    pub(crate) resource: Resource,
    pub(crate) object: ObjectRef,
    pub(crate) code: u16,
    /// What Helm sent; kept for a plan only.
    pub(crate) sent: Vec<u8>,
    /// What the server answered, or predicted; kept for a plan only.
    pub(crate) answer: Option<Value>,
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

    /// How many writes to objects succeeded.
    pub(crate) fn written(&self) -> usize {
        self.writes.iter().filter(|write| (200..300).contains(&write.code)).count()
    }

    /// The newest revision that Helm recorded anything about.
    pub(crate) fn newest(&self) -> Option<&Release> {
        self.releases.values().next_back()
    }
}
