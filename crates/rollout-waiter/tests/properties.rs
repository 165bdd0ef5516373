//! What must hold for every cluster, not only for those that somebody thought of.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use names::ObjectRef;
use proptest::prelude::*;
use rollout_waiter::model::{Change, Object};
use rollout_waiter::{Judgements, Memory, Objects, Policy, Scope, Verdict, verdict};
use serde_json::{Value, json};

const HOME: &str = "ns";

fn start() -> Timestamp {
    "2026-11-21T06:00:00Z".parse().unwrap()
}

/// The verdict after these objects were seen one a second, and `patience` seconds later.
fn judge(objects: &[Value], patience: i64) -> Judgements {
    let mut store = Objects::new(Scope::namespace(HOME.parse().unwrap()));
    let mut memory = Memory::new();
    let mut now = start();
    for object in objects {
        now = now.checked_add(SignedDuration::from_secs(1)).unwrap();
        let change = Change::Seen(Object::from_json(object.clone()).unwrap());
        memory.observe(&change, now);
        store.apply(change);
    }
    store.set_complete();
    let now = now.checked_add(SignedDuration::from_secs(patience)).unwrap();
    verdict(&store, &memory, now, &Policy::default())
}

fn owned(kind: &str, name: &str, owner: &str, rest: Value) -> Value {
    let mut object = json!({"kind": kind, "metadata": {"name": name, "namespace": HOME, "uid": name,
        "annotations": {"deployment.kubernetes.io/revision": "1"},
        "ownerReferences": [{"kind": "Owner", "uid": owner, "controller": true}]}});
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

fn healthy(name: &str) -> Value {
    let status = json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [{"name": "app", "ready": true, "state": {"running": {}}}]});
    owned(
        "Pod",
        name,
        "rs",
        json!({"spec": {"restartPolicy": "Always", "containers": [{"name": "app"}]}, "status": status}),
    )
}

prop_compose! {
    fn pod(name: String)(
        phase in prop_oneof![Just("Pending"), Just("Running"), Just("Failed")],
        reason in prop_oneof![Just(""), Just("Evicted")],
        ready in any::<bool>(),
        restarts in 0..5_i64,
        state in prop_oneof![
            Just(json!({"running": {}})),
            Just(json!({"terminated": {"reason": "Error", "exitCode": 1}})),
            Just(json!({"terminated": {"reason": "OOMKilled", "exitCode": 137}})),
            Just(json!({"waiting": {"reason": "CrashLoopBackOff"}})),
            Just(json!({"waiting": {"reason": "ErrImagePull", "message": "a/b:1: not found"}})),
            Just(json!({"waiting": {"reason": "CreateContainerConfigError", "message": "secret \"x\" not found"}})),
        ],
    ) -> Value {
        let readiness = if ready { "True" } else { "False" };
        let last = if restarts > 0 { json!({"terminated": {"reason": "Error", "exitCode": 1}}) } else { json!({}) };
        let status = json!({"phase": phase, "reason": reason, "conditions": [{"type": "Ready", "status": readiness}],
            "containerStatuses": [{"name": "app", "ready": ready, "restartCount": restarts, "state": state, "lastState": last}]});
        owned("Pod", &name, "rs", json!({"spec": {"restartPolicy": "Always", "containers": [{"name": "app"}]}, "status": status}))
    }
}

prop_compose! {
    /// A Deployment, its revision and up to four pods in any state.
    fn cluster(generations: BoxedStrategy<(i64, i64)>)(
        (generation, observed) in generations,
        want in 0..4_i64,
        counters in prop::array::uniform3(0..4_i64),
        full in any::<bool>(),
        probe in any::<bool>(),
        progressing in prop_oneof![Just("NewReplicaSetAvailable"), Just("ProgressDeadlineExceeded")],
        pods in prop::collection::vec(pod(String::new()), 0..4),
    ) -> Vec<Value> {
        let [replicas, updated, available] = if full { [want; 3] } else { counters };
        let container = if probe { json!({"name": "app", "readinessProbe": {}}) } else { json!({"name": "app"}) };
        let status = if progressing == "ProgressDeadlineExceeded" { "False" } else { "True" };
        let deployment = json!({"kind": "Deployment",
            "metadata": {"name": "web", "namespace": HOME, "uid": "d", "generation": generation,
                "annotations": {"deployment.kubernetes.io/revision": "1"}},
            "spec": {"replicas": want, "template": {"spec": {"containers": [container]}}},
            "status": {"observedGeneration": observed, "replicas": replicas, "updatedReplicas": updated,
                "availableReplicas": available,
                "conditions": [{"type": "Progressing", "status": status, "reason": progressing, "message": "said so"}]}});
        let mut objects = vec![deployment, owned("ReplicaSet", "rs", "d", json!({}))];
        objects.extend(pods.into_iter().enumerate().map(|(index, mut pod)| {
            pod["metadata"]["name"] = json!(format!("pod-{index}"));
            pod["metadata"]["uid"] = json!(format!("pod-{index}"));
            pod
        }));
        objects
    }
}

/// JSON that looks like a cluster's, with any type in any place.
fn hostile() -> impl Strategy<Value = Value> {
    let keys = prop_oneof![
        Just("metadata"),
        Just("spec"),
        Just("status"),
        Just("conditions"),
        Just("containerStatuses"),
        Just("state"),
        Just("terminated"),
        Just("waiting"),
        Just("replicas"),
        Just("observedGeneration"),
        Just("template"),
        Just("uid"),
        Just("name"),
        Just("namespace"),
        Just("ownerReferences"),
        Just("message"),
        Just("lastTransitionTime"),
        Just("count"),
        Just("restartCount"),
        Just("startedAt"),
        Just("finishedAt"),
        Just("involvedObject"),
        Just("reason"),
        Just("type"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(i64::MAX)),
        Just(json!("9999-12-30T22:00:00Z")),
        Just(json!("-9999-01-02T00:00:00Z")),
        Just(json!("ErrImagePull")),
        Just(json!("FailedMount")),
        ".{0,12}".prop_map(Value::from),
    ];
    let tree = leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keys.clone(), inner, 0..6)
                .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    });
    let kinds = prop::sample::select(vec![
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "PersistentVolumeClaim",
        "Pod",
        "ReplicaSet",
        "Event",
        "Node",
        "Service",
        "Ingress",
        "HorizontalPodAutoscaler",
        "CustomResourceDefinition",
        "Certificate",
    ]);
    (kinds, tree.clone(), tree.clone(), tree).prop_map(|(kind, metadata, spec, status)| {
        let mut metadata = metadata;
        if let Some(fields) = metadata.as_object_mut() {
            fields.insert("namespace".to_owned(), json!(HOME));
        }
        let mut object = json!({"kind": kind, "metadata": metadata, "spec": spec, "status": status});
        if kind == "Certificate" {
            object["apiVersion"] = json!("cert-manager.io/v1");
        }
        object
    })
}

/// Every recording as its changes by object, in the order of each.
static RECORDINGS: LazyLock<Vec<(ObjectRef, Vec<Vec<Change>>)>> = LazyLock::new(|| {
    let folder = test_support::fixtures().join("kubelet");
    let mut files: Vec<_> =
        std::fs::read_dir(folder.as_str()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files.iter().map(|path| by_object(&std::fs::read_to_string(path).unwrap())).collect()
});

fn by_object(text: &str) -> (ObjectRef, Vec<Vec<Change>>) {
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let header = lines.next().unwrap();
    let mut parts = header["object"].as_str().unwrap().splitn(3, '/');
    let kind = parts.next().unwrap().to_owned();
    let namespace = Some(parts.next().unwrap().parse().unwrap());
    let object = ObjectRef { kind, namespace, name: parts.next().unwrap().to_owned() };
    let mut changes: BTreeMap<String, Vec<Change>> = BTreeMap::new();
    for mut line in lines {
        let Some(read) = Object::from_json(line["object"].take()) else { continue };
        let change = match line["type"].as_str().unwrap() {
            "ADDED" | "MODIFIED" | "SNAPSHOT" => Change::Seen(read),
            "DELETED" => Change::Gone(read),
            _ => continue,
        };
        changes.entry(change.object().reference().to_string()).or_default().push(change);
    }
    (object, changes.into_values().collect())
}

/// The verdict once every queue is empty, taken from in the order that `choices` says.
fn interleaved(object: &ObjectRef, queues: &[Vec<Change>], choices: &[prop::sample::Index]) -> Judgements {
    let scope = Scope::release(object.namespace.clone().unwrap(), [object.clone()]);
    let (mut store, mut memory) = (Objects::new(scope), Memory::new());
    store.set_complete();
    let mut queues: Vec<_> = queues.iter().map(|queue| queue.iter()).collect();
    let mut choices = choices.iter().cycle();
    while !queues.is_empty() {
        let chosen = choices.next().map_or(0, |choice| choice.index(queues.len()));
        match queues[chosen].next() {
            Some(change) => {
                memory.observe(change, start());
                store.apply(change.clone());
            }
            None => drop(queues.swap_remove(chosen)),
        }
    }
    let later = start().checked_add(SignedDuration::from_hours(1)).unwrap();
    verdict(&store, &memory, later, &Policy::default())
}

/// What is kept of an object does not grow with what is put into it beside its status, and what is
/// shown of it does not grow at all.
#[test]
fn hostile_sizes_stay_out_of_the_answer() {
    let long = "x".repeat(8 * 1024 * 1024);
    let pod = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "a", "namespace": HOME, "uid": "a", "annotations": {"long": long}, "managedFields": [long]},
        "spec": {"restartPolicy": "Always", "containers": [{"name": "app", "env": [{"name": "A", "value": long}]}]},
        "status": {"phase": "Pending", "containerStatuses": [{"name": "app",
            "state": {"waiting": {"reason": "ErrImagePull", "message": format!("not found {long}")}}}]}});
    let found = rollout_waiter::diagnose(&pod, None, &Policy::default()).unwrap();
    assert_eq!(found.judgements.verdict, Verdict::Failed);
    assert!(serde_json::to_string(&found.judgements.report()).unwrap().len() < 4096);
}

#[test]
fn a_deep_list_is_read_or_refused_and_never_a_crash() {
    let mut deep = json!("2026-11-21T06:00:00Z");
    for _ in 0..100 {
        deep = json!({"metadata": deep, "items": [deep], "status": {"conditions": [1]}});
        if deep.to_string().len() > 1_000_000 {
            break;
        }
    }
    deep["kind"] = json!("Pod");
    drop(rollout_waiter::diagnose(&deep, None, &Policy::default()));
    let text = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(serde_json::from_str::<Value>(&text).is_err(), "the parser refuses what would exhaust the stack");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn a_healthy_pod_more_never_turns_ready_into_failed(
        objects in cluster(Just((1, 1)).boxed()),
        patience in 0..120_i64,
    ) {
        let before = judge(&objects, patience).verdict;
        prop_assume!(before == Verdict::Ready);
        let more: Vec<Value> = objects.into_iter().chain([healthy("more")]).collect();
        prop_assert_ne!(judge(&more, patience).verdict, Verdict::Failed);
    }

    #[test]
    fn an_old_generation_never_decides(
        objects in cluster((2..9_i64, 1..9_i64).prop_map(|(new, back)| (new, (new - back).max(0))).boxed()),
        patience in 0..10_000_i64,
    ) {
        prop_assert_eq!(judge(&objects, patience).verdict, Verdict::InProgress);
    }

    #[test]
    fn nothing_that_a_server_could_say_is_a_panic(objects in prop::collection::vec(hostile(), 0..12), patience in 0..600_i64) {
        let judgements = judge(&objects, patience);
        let json = serde_json::to_string(&judgements).unwrap();
        prop_assert!(json.contains("verdict"));
    }

    #[test]
    fn nothing_that_a_file_could_hold_is_a_panic(
        mut items in prop::collection::vec(hostile(), 0..12),
        odd in hostile(),
        shape in 0..5,
        at in prop_oneof![Just(None), Just(Some(start())), Just(Some(Timestamp::MAX)), Just(Some(Timestamp::MIN))],
    ) {
        // The same object again and again is one object, and one object holds no more than its input.
        items.extend(std::iter::repeat_n(odd.clone(), 20));
        let list = match shape {
            0 => json!({"kind": "List", "items": items}),
            1 => json!({"kind": "PodList", "apiVersion": "v1", "items": items}),
            2 => Value::from(items),
            3 => json!({"kind": odd, "items": odd}),
            _ => odd,
        };
        let size = list.to_string().len();
        if let Ok(found) = rollout_waiter::diagnose(&list, at, &Policy::default()) {
            let report = serde_json::to_string(&found.judgements.report()).unwrap();
            prop_assert!(report.len() <= 64 * 1024 + 4 * size, "{} of {size}", report.len());
            for judgement in &found.judgements.objects {
                let evidence = judgement.finding.as_ref().map_or("", |finding| &finding.evidence);
                prop_assert!(evidence.len() <= 1100 && !evidence.contains('\n'));
            }
        }
    }

    #[test]
    fn the_order_between_objects_does_not_matter(
        recording in any::<prop::sample::Index>(),
        choices in prop::collection::vec(any::<prop::sample::Index>(), 1..200),
    ) {
        let (object, queues) = recording.get(&RECORDINGS);
        let in_turn = interleaved(object, queues, &[]);
        let shuffled = interleaved(object, queues, &choices);
        prop_assert_eq!(in_turn.objects, shuffled.objects);
    }
}
