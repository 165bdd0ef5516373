//! Sightings rebuilt from the times that objects carry themselves, where nobody watched.

use jiff::{SignedDuration, Timestamp};

use super::{Memory, Sign, Told};
use crate::model::{Condition, Object, Pod};

/// A pod that failed within this time belongs to the story that is looked at.
const RECENT: SignedDuration = SignedDuration::from_hours(1);

impl Memory {
    /// What a watcher would remember at the moment `at` who had seen these objects come to be.
    ///
    /// The objects' own times have whole seconds, and not every state has one: a state without any
    /// counts as seen at `at`.
    #[must_use]
    pub fn from_objects<'a>(objects: impl IntoIterator<Item = &'a Object> + Clone, at: Timestamp) -> Self {
        let mut memory = Self { begin: Some(at), ..Self::default() };
        for object in objects.clone() {
            if let Object::Notice(notice) = object {
                memory.hear(notice, at, notice.first().map_or(at, |first| first.min(at)));
            }
        }
        for object in objects {
            match object {
                Object::Notice(_) => continue,
                Object::Pod(pod) if is_recent(pod, at) => {
                    memory.alive.insert(pod.metadata.uid.clone());
                }
                _ => {}
            }
            memory.see(object, at);
            memory.backdate(object, at);
        }
        memory
    }

    /// Says that the objects may have stood so for any time after.
    pub(crate) fn open_ended(mut self) -> Self {
        self.open_ended = true;
        self
    }

    fn backdate(&mut self, object: &Object, at: Timestamp) {
        let uid = &object.meta().uid;
        let Some(mut signs) = self.signs.remove(uid) else { return };
        for (sign, since) in &mut signs {
            if let Some(said) = self.said(object, sign) {
                *since = said.min(at);
            }
        }
        self.signs.insert(uid.clone(), signs);
    }

    /// Since when an object shows a sign, by its own account.
    fn said(&self, object: &Object, sign: &Sign) -> Option<Timestamp> {
        let created = object.meta().creation_timestamp;
        let changed = |conditions: &[Condition], kind: &str| {
            Condition::named(conditions, kind).and_then(|condition| condition.last_transition_time)
        };
        let conditions: &[Condition] = match object {
            Object::Pod(pod) => &pod.status.conditions,
            Object::Deployment(deployment) => &deployment.status.conditions,
            Object::StatefulSet(set) => &set.status.conditions,
            _ => &[],
        };
        match sign {
            Sign::Ready { .. } => changed(conditions, "Ready"),
            Sign::Unschedulable => changed(conditions, "PodScheduled").or(created),
            Sign::PullError { container } => self.heard(object, container, Told::PullFailed).or(created),
            Sign::ConfigError { container } => self.heard(object, container, Told::StartFailed).or(created),
            Sign::ReplicaFailure => changed(conditions, "ReplicaFailure"),
            Sign::Stopped => changed(conditions, "Progressing"),
            Sign::NoNodes | Sign::NoAddress => created,
            Sign::AllReady => None,
        }
    }

    fn heard(&self, object: &Object, container: &str, what: Told) -> Option<Timestamp> {
        let tellings = self.told(&object.meta().uid, what);
        tellings.filter(|(name, _)| *name == container).map(|(_, telling)| telling.first).min()
    }
}

fn is_recent(pod: &Pod, at: Timestamp) -> bool {
    pod.metadata.creation_timestamp.is_some_and(|created| at.duration_since(created) <= RECENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_state_began_when_the_object_says_so() {
        let pod = json!({
            "kind": "Pod", "metadata": {"name": "a", "uid": "a", "creationTimestamp": "2026-11-21T06:00:00Z"},
            "status": {"phase": "Pending",
                "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                    "lastTransitionTime": "2026-11-21T06:00:10Z"}],
                "containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "ErrImagePull", "message": "no"}}}]},
        });
        let event = json!({
            "kind": "Event", "metadata": {"name": "e"}, "reason": "Failed", "message": "Failed to pull image \"x\": no",
            "involvedObject": {"uid": "a", "fieldPath": "spec.containers{app}"},
            "firstTimestamp": "2026-11-21T06:00:20Z", "lastTimestamp": "2026-11-21T06:03:00Z", "count": 4,
        });
        let objects: Vec<Object> =
            [pod, event].into_iter().map(|json| Object::from_json(json).unwrap()).collect();
        let memory = Memory::from_objects(&objects, time("2026-11-21T06:05:00Z"));
        let pull = Sign::PullError { container: "app".to_owned() };
        assert_eq!(memory.since("a", &Sign::Unschedulable), Some(time("2026-11-21T06:00:10Z")));
        assert_eq!(memory.since("a", &pull), Some(time("2026-11-21T06:00:20Z")));
        let early = Memory::from_objects(&objects, time("2026-11-21T06:00:05Z"));
        assert_eq!(early.since("a", &pull), Some(time("2026-11-21T06:00:05Z")));
    }
}
