//! One workload on a scripted timeline: pods change in the shapes that a real kubelet writes, the
//! counters follow as a controller's would, and every moment is judged as the engine judges it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use names::{Namespace, ObjectRef};
use rollout_waiter::model::{Change, Object};
use rollout_waiter::{Judgement, Memory, Objects, Policy, Scope, Verdict, verdict};
use serde_json::{Value, json};

const HOME: &str = "ns";

pub(crate) struct Stage {
    kind: &'static str,
    replicas: usize,
    /// The workload as it is; its counters are written anew after each change of a pod.
    pub(crate) workload: Value,
    pods: BTreeMap<String, Value>,
    events: BTreeMap<String, i64>,
    objects: Objects,
    memory: Memory,
    now: Timestamp,
    due: Option<Timestamp>,
    pub(crate) moments: Vec<(Timestamp, std::sync::Arc<Judgement>)>,
}

impl Stage {
    /// A workload of that many pods, whose only container `app` has a readiness probe or not.
    pub(crate) fn of(kind: &'static str, replicas: usize, probed: bool) -> Self {
        let home: Namespace = HOME.parse().unwrap();
        let mut objects =
            Objects::new(Scope::release(home.clone(), [ObjectRef::namespaced(kind, &home, "web")]));
        objects.set_complete();
        let container = if probed {
            json!({"name": "app", "readinessProbe": {"periodSeconds": 1}})
        } else {
            json!({"name": "app"})
        };
        let workload = json!({
            "kind": kind,
            "metadata": {"name": "web", "namespace": HOME, "uid": "web", "generation": 1,
                "creationTimestamp": "2026-11-21T06:00:00Z",
                "annotations": {"deployment.kubernetes.io/revision": "1", "deprecated.daemonset.template.generation": "1"}},
            "spec": {"replicas": replicas, "completions": replicas, "template": {"spec": {"containers": [container]}}},
            "status": {"observedGeneration": 1},
        });
        let now = "2026-11-21T06:00:00Z".parse().unwrap();
        let mut stage = Self {
            kind,
            replicas,
            workload,
            pods: BTreeMap::new(),
            events: BTreeMap::new(),
            objects,
            memory: Memory::new(),
            now,
            due: None,
            moments: Vec::new(),
        };
        if kind == "Deployment" {
            stage.revision(1);
        }
        stage.count();
        stage
    }

    pub(crate) fn deployment() -> Self {
        Self::of("Deployment", 1, true)
    }

    /// A new revision of a Deployment; pods made from now on are its pods.
    pub(crate) fn revision(&mut self, number: i64) -> &mut Self {
        self.workload["metadata"]["annotations"]["deployment.kubernetes.io/revision"] =
            json!(number.to_string());
        self.object(json!({
            "kind": "ReplicaSet",
            "metadata": {"name": format!("web-{number}"), "namespace": HOME, "uid": format!("rs{number}"),
                "annotations": {"deployment.kubernetes.io/revision": number.to_string()},
                "ownerReferences": [{"kind": "Deployment", "name": "web", "uid": "web", "controller": true}]},
        }));
        self.count();
        self
    }

    /// Lets time pass, and judges whenever time alone may have changed something.
    pub(crate) fn wait(&mut self, seconds: i64) -> &mut Self {
        let end = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        while let Some(due) = self.due.filter(|due| *due < end) {
            self.now = due;
            self.judge();
            assert!(self.due.is_none_or(|next| next > due), "a verdict that is due at once would spin");
        }
        self.now = end;
        self.judge();
        self
    }

    /// Takes any object as the cluster shows it.
    pub(crate) fn object(&mut self, object: Value) -> &mut Self {
        self.change(Change::Seen(Object::from_json(object).unwrap()))
    }

    /// Changes the workload itself.
    pub(crate) fn patch(&mut self, part: Value) -> &mut Self {
        merge(&mut self.workload, part);
        self.count();
        self
    }

    /// A condition of the workload.
    pub(crate) fn condition(&mut self, kind: &str, status: &str, reason: &str, message: &str) -> &mut Self {
        let condition = json!([{"type": kind, "status": status, "reason": reason, "message": message}]);
        self.patch(json!({"status": {"conditions": condition}}))
    }

    /// An event about a pod or the workload, once more.
    pub(crate) fn event(&mut self, about: &str, reason: &str, message: &str) -> &mut Self {
        self.event_in(about, "app", reason, message)
    }

    pub(crate) fn event_in(
        &mut self,
        about: &str,
        container: &str,
        reason: &str,
        message: &str,
    ) -> &mut Self {
        let name = format!("{about}.{reason}.{}", message.len());
        let count = self.events.entry(name.clone()).or_default();
        *count += 1;
        let (count, now) = (*count, self.second());
        self.object(json!({
            "kind": "Event", "metadata": {"name": name, "namespace": HOME, "uid": format!("e-{name}")},
            "involvedObject": {"uid": about, "fieldPath": format!("spec.containers{{{container}}}")},
            "reason": reason, "message": message, "count": count, "lastTimestamp": now,
        }))
    }

    /// A pod that the scheduler has no node for.
    pub(crate) fn pending(&mut self, pod: &str, message: &str) -> &mut Self {
        let scheduled = json!([{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]);
        self.pod(
            pod,
            json!({"status": {"phase": "Pending", "conditions": scheduled, "containerStatuses": []}}),
        )
    }

    /// A pod whose container waits.
    pub(crate) fn waits(&mut self, pod: &str, reason: &str, message: &str) -> &mut Self {
        self.app(pod, "Pending", false, json!({"state": {"waiting": {"reason": reason, "message": message}}}))
    }

    pub(crate) fn creating(&mut self, pod: &str) -> &mut Self {
        self.waits(pod, "ContainerCreating", "")
    }

    /// A pod that runs, after so many restarts.
    pub(crate) fn runs(&mut self, pod: &str, ready: bool, restarts: i64) -> &mut Self {
        let last = if restarts > 0 { self.ended("Error", 1) } else { json!({}) };
        let state = json!({"restartCount": restarts, "state": {"running": {"startedAt": self.second()}}, "lastState": last});
        self.app(pod, "Running", ready, state)
    }

    pub(crate) fn up(&mut self, pod: &str) -> &mut Self {
        self.runs(pod, true, 0)
    }

    /// A pod whose container has just ended for the n-th time.
    pub(crate) fn ends(&mut self, pod: &str, times: i64, reason: &str, code: i64) -> &mut Self {
        let end = self.ended(reason, code);
        let last = if times > 1 { end.clone() } else { json!({}) };
        self.app(pod, "Running", false, json!({"restartCount": times - 1, "state": end, "lastState": last}))
    }

    /// Ends so often, with the kubelet's pauses.
    pub(crate) fn loops(&mut self, pod: &str, times: i64, reason: &str, code: i64) -> &mut Self {
        for time in 1..=times {
            let unready =
                self.workload["spec"]["template"]["spec"]["containers"][0]["readinessProbe"].is_object();
            self.runs(pod, !unready, time - 1).wait(1).ends(pod, time, reason, code).wait(10 * time);
        }
        self
    }

    /// A pod that is over.
    pub(crate) fn over(
        &mut self,
        pod: &str,
        phase: &str,
        reason: &str,
        message: &str,
        code: i64,
    ) -> &mut Self {
        let end = self.ended("Error", code);
        let status = json!({"name": "app", "state": end});
        self.pod(pod, json!({"status": {"phase": phase, "reason": reason, "message": message, "containerStatuses": [status],
            "conditions": [{"type": "Ready", "status": "False"}]}}))
    }

    pub(crate) fn gone(&mut self, pod: &str) -> &mut Self {
        if let Some(pod) = self.pods.remove(pod) {
            self.change(Change::Gone(Object::from_json(pod).unwrap()));
        }
        self.count();
        self
    }

    /// Changes any part of a pod; a new name is a new pod of the newest revision.
    pub(crate) fn pod(&mut self, name: &str, part: Value) -> &mut Self {
        let (owner, kind, policy) = match self.kind {
            "Deployment" => {
                let revision = &self.workload["metadata"]["annotations"]["deployment.kubernetes.io/revision"];
                (format!("rs{}", revision.as_str().unwrap()), "ReplicaSet", "Always")
            }
            "Job" => ("web".to_owned(), "Job", "Never"),
            kind => ("web".to_owned(), kind, "Always"),
        };
        let containers = self.workload["spec"]["template"]["spec"]["containers"].clone();
        let new = json!({
            "kind": "Pod",
            "metadata": {"name": name, "namespace": HOME, "uid": name, "creationTimestamp": self.second(),
                "labels": {"controller-revision-hash": "r1", "pod-template-generation": "1"},
                "ownerReferences": [{"kind": kind, "uid": owner, "controller": true}]},
            "spec": {"containers": containers, "restartPolicy": policy, "nodeName": "node-1"},
            "status": {},
        });
        let mut pod = self.pods.remove(name).unwrap_or(new);
        merge(&mut pod, part);
        self.pods.insert(name.to_owned(), pod.clone());
        self.object(pod);
        self.count();
        self
    }

    /// A pod with this status of its container `app`.
    fn app(&mut self, pod: &str, phase: &str, ready: bool, state: Value) -> &mut Self {
        let mut status = json!({"name": "app", "ready": ready, "restartCount": 0});
        merge(&mut status, state);
        self.containers(pod, phase, ready, json!([status]))
    }

    /// A pod with these statuses of its containers.
    pub(crate) fn containers(&mut self, pod: &str, phase: &str, ready: bool, statuses: Value) -> &mut Self {
        let readiness = if ready { "True" } else { "False" };
        let before = self.pods.get(pod).and_then(|pod| {
            let conditions = pod["status"]["conditions"].as_array()?;
            conditions.iter().find(|it| it["type"] == "Ready" && it["status"] == readiness).cloned()
        });
        let since = before.map_or_else(|| self.second(), |before| before["lastTransitionTime"].clone());
        let conditions = json!([{"type": "PodScheduled", "status": "True"},
            {"type": "Ready", "status": readiness, "lastTransitionTime": since}]);
        self.pod(pod, json!({"status": {"phase": phase, "reason": "", "message": "", "conditions": conditions, "containerStatuses": statuses}}))
    }

    pub(crate) fn ended(&self, reason: &str, code: i64) -> Value {
        json!({"terminated": {"reason": reason, "exitCode": code, "startedAt": self.second(), "finishedAt": self.second()}})
    }

    /// The kubelet writes whole seconds.
    fn second(&self) -> Value {
        json!(self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    /// Writes the counters as the controller would.
    fn count(&mut self) {
        let newest = self.workload["metadata"]["annotations"]["deployment.kubernetes.io/revision"].clone();
        let current = format!("rs{}", newest.as_str().unwrap());
        // A StatefulSet's next revision, where a scenario has one.
        let update = match &self.workload["metadata"]["labels"]["update"] {
            Value::Null => json!("r1"),
            update => update.clone(),
        };
        let mine = |pod: &&Value| {
            self.kind != "Deployment" || pod["metadata"]["ownerReferences"][0]["uid"] == current.as_str()
        };
        let ready = |pod: &&Value| {
            pod["status"]["conditions"]
                .as_array()
                .is_some_and(|it| it.iter().any(|it| it["type"] == "Ready" && it["status"] == "True"))
        };
        let alive = |pod: &&Value| {
            pod["status"]["phase"] != "Failed" && pod["metadata"]["deletionTimestamp"].is_null()
        };
        let all = self.pods.values().filter(alive).count();
        let updated = self.pods.values().filter(alive).filter(mine).count();
        let available = self.pods.values().filter(alive).filter(ready).count();
        let succeeded = self.pods.values().filter(|pod| pod["status"]["phase"] == "Succeeded").count();
        let status = match self.kind {
            "DaemonSet" => {
                json!({"desiredNumberScheduled": self.replicas, "updatedNumberScheduled": updated, "numberReady": available, "numberAvailable": available})
            }
            "Job" => json!({"active": all - succeeded, "succeeded": succeeded}),
            "StatefulSet" => {
                json!({"replicas": all, "updatedReplicas": updated, "readyReplicas": available, "availableReplicas": available, "currentRevision": "r1", "updateRevision": update})
            }
            _ => {
                json!({"replicas": all, "updatedReplicas": updated, "readyReplicas": available, "availableReplicas": available})
            }
        };
        merge(&mut self.workload, json!({"status": status}));
        self.object(self.workload.clone());
    }

    fn change(&mut self, change: Change) -> &mut Self {
        self.memory.observe(&change, self.now);
        self.objects.apply(change);
        self.judge();
        self
    }

    fn judge(&mut self) {
        let judgements = verdict(&self.objects, &self.memory, self.now, &Policy::default());
        self.due = judgements.due;
        if let Some(judgement) = judgements.objects.into_iter().next() {
            self.moments.push((self.now, judgement));
        }
    }

    /// The last judgement, a minute later.
    pub(crate) fn end(&mut self) -> Judgement {
        self.wait(60);
        self.moments.last().unwrap().1.as_ref().clone()
    }

    /// The first moment at which it was called failed.
    pub(crate) fn first_failure(&self) -> Option<&(Timestamp, std::sync::Arc<Judgement>)> {
        self.moments.iter().find(|(_, judgement)| judgement.verdict == Verdict::Failed)
    }
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
