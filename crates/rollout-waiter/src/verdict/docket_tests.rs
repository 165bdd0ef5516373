//! Whatever happens in whatever order, the docket says what a verdict on everything says.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use names::ObjectRef;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::docket::Docket;
use crate::model::{Change, Object};
use crate::{Memory, Objects, Policy, Scope, verdict};

const HOME: &str = "ns";

/// What happens next, and how long after the last.
#[derive(Debug, Clone)]
struct Step {
    change: Happening,
    seconds: i64,
}

#[derive(Debug, Clone)]
enum Happening {
    Seen(Value),
    Gone(Value),
    Listed,
    Nothing,
}

fn object(kind: &str, name: &str, owner: Option<(&str, &str)>, rest: Value) -> Value {
    let owners = owner.map(|(kind, uid)| json!({"kind": kind, "name": uid, "uid": uid, "controller": true}));
    let mut object = json!({"kind": kind, "metadata": {"name": name, "uid": name, "generation": 1,
        "namespace": if kind == "Node" { "" } else { HOME },
        "labels": {"pod-template-generation": "1", "controller-revision-hash": "r1"},
        "annotations": {"deployment.kubernetes.io/revision": "1"},
        "ownerReferences": owners.into_iter().collect::<Vec<_>>()}});
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

/// Workloads with their helpers in all the states that make a rule look at another object.
fn anything() -> impl Strategy<Value = Value> {
    let count = || 0..3_i64;
    let state = prop_oneof![
        Just(json!({"running": {}})),
        Just(json!({"terminated": {"reason": "Error", "exitCode": 1}})),
        Just(json!({"waiting": {"reason": "ErrImagePull", "message": "a/b:1: not found"}})),
        Just(
            json!({"waiting": {"reason": "CreateContainerConfigError", "message": "secret \"x\" not found"}})
        ),
    ];
    let pod = (
        prop_oneof![
            Just(("ReplicaSet", "rs-a")),
            Just(("ReplicaSet", "rs-b")),
            Just(("StatefulSet", "db")),
            Just(("DaemonSet", "agent")),
            Just(("Job", "job"))
        ],
        0..2_i64,
        prop_oneof![Just(("Running", "")), Just(("Failed", "Evicted")), Just(("Pending", ""))],
        any::<bool>(),
        count(),
        state,
        -1..1_i64,
    );
    let pods = pod.prop_map(|(owner, number, (phase, reason), ready, restarts, state, priority)| {
        let status = json!({"phase": phase, "reason": reason, "message": "low on memory",
            "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }},
                {"type": "PodScheduled", "status": if phase == "Pending" { "False" } else { "True" }, "reason": "Unschedulable"}],
            "containerStatuses": [{"name": "app", "ready": ready, "restartCount": restarts, "state": state}]});
        let spec = json!({"containers": [{"name": "app"}], "nodeName": "node", "priority": priority, "restartPolicy": "Always"});
        object("Pod", &format!("{}-{number}", owner.1), Some(owner), json!({"spec": spec, "status": status}))
    });
    let controllers = (
        prop_oneof![
            Just(("Deployment", "a", None)),
            Just(("Deployment", "b", None)),
            Just(("StatefulSet", "db", None)),
            Just(("DaemonSet", "agent", None)),
            Just(("Job", "job", Some(("CronJob", "cron")))),
            Just(("ReplicaSet", "rs-a", Some(("Deployment", "a")))),
            Just(("ReplicaSet", "rs-b", Some(("Deployment", "b"))))
        ],
        prop::array::uniform4(count()),
        any::<bool>(),
        any::<bool>(),
    );
    let controllers = controllers.prop_map(|((kind, name, owner), [seen, want, have, ready], probe, failing)| {
        let container = if probe { json!({"name": "app", "readinessProbe": {}}) } else { json!({"name": "app"}) };
        let conditions = if failing {
            json!([{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota"},
                {"type": "Progressing", "status": "False", "reason": "X"}])
        } else { json!([]) };
        object(kind, name, owner, json!({
            "spec": {"replicas": want, "template": {"spec": {"containers": [container]}}},
            "status": {"observedGeneration": seen, "replicas": have, "updatedReplicas": have, "availableReplicas": ready,
                "readyReplicas": ready, "updateRevision": "r1", "currentRevision": if failing { "r0" } else { "r1" },
                "desiredNumberScheduled": want, "updatedNumberScheduled": have, "numberAvailable": ready, "numberReady": have,
                "conditions": conditions}}))
    });
    let nodes = any::<bool>().prop_map(|up| {
        let ready = if up { "True" } else { "False" };
        object("Node", "node", None, json!({"status": {"conditions": [{"type": "Ready", "status": ready}]}}))
    });
    let events = (
        prop_oneof![
            Just("rs-a-0"),
            Just("rs-b-1"),
            Just("db-0"),
            Just("agent-0"),
            Just("agent"),
            Just("job"),
            Just("a")
        ],
        prop_oneof![
            Just("FailedMount"),
            Just("TriggeredScaleUp"),
            Just("FailedCreate"),
            Just("Unhealthy"),
            Just("NodeNotReady")
        ],
        1..4_i64,
    );
    let events = events.prop_map(|(about, reason, count)| {
        object(
            "Event",
            &format!("{about}.{reason}"),
            None,
            json!({"reason": reason, "count": count,
            "message": "Readiness probe failed: references non-existent secret",
            "involvedObject": {"uid": about, "fieldPath": "spec.containers{app}"}}),
        )
    });
    let services = any::<bool>().prop_map(|address| {
        let ingress = if address { json!([{"ip": "10.0.0.1"}]) } else { json!([]) };
        object(
            "Service",
            "web",
            None,
            json!({"spec": {"type": "LoadBalancer"}, "status": {"loadBalancer": {"ingress": ingress}}}),
        )
    });
    prop_oneof![4 => pods, 4 => controllers, 1 => nodes, 2 => events, 1 => services]
}

fn step() -> impl Strategy<Value = Step> {
    let change = prop_oneof![
        8 => anything().prop_map(Happening::Seen),
        2 => anything().prop_map(Happening::Gone),
        1 => Just(Happening::Listed),
        2 => Just(Happening::Nothing),
    ];
    (change, prop_oneof![3 => 0..3_i64, 1 => 10..70_i64])
        .prop_map(|(change, seconds)| Step { change, seconds })
}

fn scope(by_name: bool) -> Scope {
    let home: names::Namespace = HOME.parse().unwrap();
    if !by_name {
        return Scope::namespace(home);
    }
    let wanted =
        [("Deployment", "a"), ("Deployment", "b"), ("StatefulSet", "db"), ("Job", "job"), ("Service", "web")];
    Scope::release(home.clone(), wanted.map(|(kind, name)| ObjectRef::namespaced(kind, &home, name)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn it_says_what_a_verdict_on_everything_says(
        by_name in any::<bool>(),
        steps in prop::collection::vec(step(), 1..40),
        every in 1..4_usize,
    ) {
        let policy = Policy::default();
        let (mut objects, mut memory) = (Objects::new(scope(by_name)), Memory::new());
        let mut docket = Docket::default();
        let mut now: Timestamp = "2026-11-21T06:00:00Z".parse().unwrap();
        let mut shown = None;
        for (number, Step { change, seconds }) in steps.into_iter().enumerate() {
            now = now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
            let change = match change {
                Happening::Seen(json) => Some(Change::Seen(Object::from_json(json).unwrap())),
                Happening::Gone(json) => Some(Change::Gone(Object::from_json(json).unwrap())),
                Happening::Listed => { objects.set_complete(); None }
                Happening::Nothing => None,
            };
            if let Some(change) = change {
                memory.observe(&change, now);
                objects.apply(change);
            }
            if number % every != 0 {
                continue;
            }
            let news = docket.review(&mut objects, &memory, now, &policy);
            let whole = verdict(&objects, &memory, now, &policy);
            prop_assert_eq!(docket.judgements(&objects), whole.objects.clone());
            prop_assert_eq!(docket.verdict(&objects), whole.verdict);
            // It may look again sooner than it must, never later.
            prop_assert!(whole.due.is_none() || docket.due() <= whole.due, "{:?} {:?}", docket.due(), whole.due);
            prop_assert_eq!(news, shown.as_ref() != Some(&whole.objects) && !(shown.is_none() && whole.objects.is_empty()));
            shown = Some(whole.objects);
        }
    }
}

#[test]
fn what_manages_itself_is_no_endless_story() {
    let mut objects = Objects::new(scope(false));
    for (name, owner) in [("a", "b"), ("b", "a"), ("c", "c")] {
        let json = object("Deployment", name, Some(("Deployment", owner)), json!({}));
        objects.apply(Change::Seen(Object::from_json(json).unwrap()));
    }
    let notice = json!({"kind": "Event", "metadata": {"name": "e"}, "involvedObject": {"uid": "c"}});
    objects.apply(Change::Seen(Object::from_json(notice).unwrap()));
    let stale: Vec<Arc<_>> = objects.take_stale().into_iter().collect();
    assert_eq!(stale.len(), 3);
}
