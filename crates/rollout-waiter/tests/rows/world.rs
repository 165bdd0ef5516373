//! A small cluster in a test's hand: objects as JSON, a clock that is moved by hand.

use jiff::{SignedDuration, Timestamp};
use names::{Namespace, ObjectRef};
use rollout_waiter::model::{Change, Object};
use rollout_waiter::{Cause, Judgement, Memory, Objects, Policy, Scope, Verdict, verdict};
use serde_json::{Value, json};

pub(crate) struct World {
    objects: Objects,
    memory: Memory,
    now: Timestamp,
    policy: Policy,
}

impl World {
    /// A world in which one object is waited for.
    pub(crate) fn waiting_for(kind: &str, name: &str) -> Self {
        let home: Namespace = "ns".parse().unwrap();
        let object = ObjectRef::namespaced(kind, &home, name);
        Self::of(Scope::release(home, [object]))
    }

    /// A world in which one object of a kind that needs its `apiVersion` is waited for.
    pub(crate) fn waiting_for_custom(api_version: &str, kind: &str, name: &str) -> Self {
        let home: Namespace = "ns".parse().unwrap();
        let object = ObjectRef::namespaced(kind, &home, name);
        Self::of(Scope::manifest(home, [(api_version.to_owned(), object)]))
    }

    /// The same world under other rules.
    pub(crate) fn under(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// A world in which a whole namespace is waited for.
    pub(crate) fn namespace() -> Self {
        Self::of(Scope::namespace("ns".parse().unwrap()))
    }

    fn of(scope: Scope) -> Self {
        let mut objects = Objects::new(scope);
        objects.set_complete();
        let now = "2026-11-21T06:00:00Z".parse().unwrap();
        Self { objects, memory: Memory::new(), now, policy: Policy::default() }
    }

    pub(crate) fn see(&mut self, object: Value) -> &mut Self {
        self.change(Change::Seen(read(object)))
    }

    pub(crate) fn lose(&mut self, object: Value) -> &mut Self {
        self.change(Change::Gone(read(object)))
    }

    fn change(&mut self, change: Change) -> &mut Self {
        self.memory.observe(&change, self.now);
        self.objects.apply(change);
        self
    }

    pub(crate) fn wait(&mut self, seconds: i64) -> &mut Self {
        self.now = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        self
    }

    /// An event about an object, `count` times so far.
    pub(crate) fn hear(&mut self, uid: &str, reason: &str, message: &str, count: i64) -> &mut Self {
        self.see(json!({
            "kind": "Event", "metadata": {"name": format!("{uid}.{reason}"), "namespace": "ns"},
            "involvedObject": {"uid": uid, "fieldPath": "spec.containers{app}"},
            "reason": reason, "message": message, "count": count,
        }))
    }

    pub(crate) fn judge(&self) -> Judgement {
        let judgements = verdict(&self.objects, &self.memory, self.now, &self.policy);
        judgements.objects.first().expect("something is waited for").as_ref().clone()
    }

    #[track_caller]
    pub(crate) fn is(&self, verdict: Verdict) -> Judgement {
        let judgement = self.judge();
        assert_eq!(judgement.verdict, verdict, "{judgement:?}");
        judgement
    }

    #[track_caller]
    pub(crate) fn is_for(&self, verdict: Verdict, cause: Cause) -> Judgement {
        let judgement = self.is(verdict);
        assert_eq!(judgement.finding.as_ref().map(|finding| finding.cause), Some(cause), "{judgement:?}");
        judgement
    }
}

fn read(object: Value) -> Object {
    Object::from_json(object).expect("a kind that is known")
}

/// A template whose only container has a readiness probe, so that readiness is believed at once.
pub(crate) fn probed() -> Value {
    json!({"spec": {"containers": [{"name": "app", "readinessProbe": {}}]}})
}

/// Deployment `web`: generations g and o, wanted s, counters r, u, ready, available.
pub(crate) fn deployment(g: i64, o: i64, s: i64, [r, u, rd, av]: [i64; 4]) -> Value {
    json!({
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "ns", "uid": "d", "generation": g,
            "annotations": {"deployment.kubernetes.io/revision": "2"}},
        "spec": {"replicas": s, "template": probed()},
        "status": {"observedGeneration": o, "replicas": r, "updatedReplicas": u, "readyReplicas": rd, "availableReplicas": av},
    })
}

/// A ReplicaSet of `web`; revision 2 is the current one.
pub(crate) fn replica_set(revision: i64) -> Value {
    json!({
        "kind": "ReplicaSet",
        "metadata": {"name": format!("web-{revision}"), "namespace": "ns", "uid": format!("rs{revision}"),
            "annotations": {"deployment.kubernetes.io/revision": revision.to_string()},
            "ownerReferences": [{"kind": "Deployment", "name": "web", "uid": "d", "controller": true}]},
    })
}

/// A pod of a controller, with the status of its only container `app`.
pub(crate) fn pod(name: &str, owner: &str, ready: bool, container: Value) -> Value {
    let mut status = json!({"name": "app", "ready": ready});
    merge(&mut status, container);
    json!({
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "ns", "uid": name,
            "ownerReferences": [{"kind": "Owner", "uid": owner, "controller": true}]},
        "spec": {"containers": [{"name": "app", "readinessProbe": {}}], "restartPolicy": "Always"},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "PodScheduled", "status": "True"},
                {"type": "Ready", "status": if ready { "True" } else { "False" }}],
            "containerStatuses": [status],
        },
    })
}

/// Overwrites parts of an object.
pub(crate) fn with(mut object: Value, part: Value) -> Value {
    merge(&mut object, part);
    object
}

fn merge(object: &mut Value, part: Value) {
    match (object, part) {
        (Value::Object(object), Value::Object(part)) => {
            for (key, value) in part {
                merge(object.entry(key).or_insert(Value::Null), value);
            }
        }
        (object, part) => *object = part,
    }
}

pub(crate) fn running() -> Value {
    json!({"state": {"running": {}}})
}

pub(crate) fn waits(reason: &str, message: &str) -> Value {
    json!({"state": {"waiting": {"reason": reason, "message": message}}})
}

/// A container that has failed so often, and just now again.
pub(crate) fn failed(times: i64, reason: &str, code: i64) -> Value {
    let end = json!({"terminated": {"reason": reason, "exitCode": code}});
    json!({"restartCount": times - 1, "state": end, "lastState": if times > 1 { end.clone() } else { json!({}) }})
}
