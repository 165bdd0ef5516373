//! Reads a recording, and plays its workload against a sandbox.

use futures::StreamExt as _;
use kube::api::{DynamicObject, Patch, PatchParams, PostParams, WatchEvent, WatchParams};
use kube::core::{ApiResource, GroupVersionKind, TypeMeta};
use kube::{Api, Client};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

use crate::life::Life;

/// What to play, and what of it to compare.
pub(crate) struct Scenario {
    pub(crate) recording: &'static str,
    /// The behaviour of the pods of the last action.
    pub(crate) behaviour: Option<&'static str>,
    /// Which pod's life, by the order of appearance.
    pub(crate) pod: usize,
    /// How many of its statuses.
    pub(crate) statuses: usize,
    /// Reasons of events that come or do not by luck.
    pub(crate) luck: &'static [&'static str],
}

impl Scenario {
    pub(crate) fn choose(&self, lives: &[Life]) -> Life {
        lives[self.pod].clone()
    }
}

/// A recording's lines but for its header.
pub(crate) struct Recording(Vec<Value>);

impl Recording {
    pub(crate) fn read(name: &str) -> Self {
        let path = test_support::fixtures().join("kubelet").join(format!("{name}.jsonl"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self(text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    pub(crate) fn lives(&self) -> Vec<Life> {
        let mut lives = Lives::default();
        for line in &self.0 {
            if matches!(line["type"].as_str(), Some("ADDED" | "MODIFIED" | "DELETED")) {
                lives.take(&line["object"]);
            }
        }
        lives.whole()
    }

    fn actions(&self) -> Vec<&Value> {
        self.0.iter().filter(|line| line["type"] == "ACTION").collect()
    }
}

/// Pods and events come on two watches, so an event may come before its pod.
#[derive(Default)]
struct Lives {
    pods: Vec<Life>,
    events: Vec<Value>,
}

impl Lives {
    fn take(&mut self, object: &Value) {
        if object["kind"] == "Event" {
            self.events.push(object.clone());
        }
        if object["kind"] == "Pod" {
            let name = object["metadata"]["name"].as_str().unwrap();
            let known = self.pods.iter().position(|life| life.name == name);
            let index = known.unwrap_or_else(|| {
                self.pods.push(Life::of(object));
                self.pods.len() - 1
            });
            self.pods[index].pod(object);
        }
    }

    fn whole(mut self) -> Vec<Life> {
        for event in &self.events {
            let name = &event["involvedObject"]["name"];
            if let Some(life) = self.pods.iter_mut().find(|life| *name == *life.name) {
                life.event(event);
            }
        }
        self.pods
    }
}

/// Plays until the chosen pod has lived as long as `expected`, or for 40 s.
pub(crate) async fn play(
    client: &Client,
    recording: &Recording,
    scenario: &Scenario,
    expected: &Life,
) -> Life {
    let namespace = format!("recording-{}-{}", scenario.recording, std::process::id());
    let namespaces = Api::<DynamicObject>::all_with(client.clone(), &resource("v1", "Namespace"));
    namespaces.create(&PostParams::default(), &object("v1", "Namespace", &namespace)).await.unwrap();
    let pods = api(client, &namespace, "v1", "Pod");
    let events = api(client, &namespace, "v1", "Event");
    let all = WatchParams { bookmarks: false, ..WatchParams::default() };
    let pods = pods.watch(&all, "0").await.unwrap().map(change).boxed();
    let events = events.watch(&all, "0").await.unwrap().map(change).boxed();
    let mut changes = futures::stream::select(pods, events);
    let mut lives = Lives::default();
    let enough = expected.length().min(scenario.statuses);
    let mut deadline = Instant::now() + Duration::from_secs(40);
    let actions = recording.actions();
    let (last, before) = actions.split_last().unwrap();
    for action in before {
        act(client, &namespace, action, None).await;
        settle(&mut changes, &mut lives).await;
    }
    act(client, &namespace, last, scenario.behaviour).await;
    let mut settling = false;
    while let Ok(Some(change)) = tokio::time::timeout_at(deadline, changes.next()).await {
        lives.take(&change);
        let done = lives.pods.get(scenario.pod).is_some_and(|life| life.length() >= enough);
        if done && !settling {
            settling = true;
            // Its last events may come after its last status.
            deadline = Instant::now() + Duration::from_millis(300);
        }
    }
    // Best effort: the sandbox goes with the namespace in the end.
    let _ = namespaces.delete(&namespace, &kube::api::DeleteParams::default()).await;
    let lives = lives.whole();
    assert!(lives.len() > scenario.pod, "there are {} pods", lives.len());
    scenario.choose(&lives)
}

/// Takes changes until there are none for a second.
async fn settle(changes: &mut (impl futures::Stream<Item = Value> + Unpin), lives: &mut Lives) {
    let second = Duration::from_secs(1);
    while let Ok(Some(change)) = tokio::time::timeout(second, changes.next()).await {
        lives.take(&change);
    }
}

async fn act(client: &Client, namespace: &str, action: &Value, behaviour: Option<&str>) {
    let mut body = action["object"].clone();
    if let Some(behaviour) = behaviour {
        body["spec"]["template"]["metadata"]["annotations"] =
            json!({ "sandbox.jupyterhub.io/behaviour": behaviour });
    }
    if action["verb"] == "create" {
        let (version, kind) = (body["apiVersion"].as_str().unwrap(), body["kind"].as_str().unwrap());
        let api = api(client, namespace, version, kind);
        let object: DynamicObject = serde_json::from_value(body.clone()).unwrap();
        api.create(&PostParams::default(), &object).await.unwrap();
    } else {
        let kind = action["kind"].as_str().unwrap();
        let api = api(client, namespace, "apps/v1", kind);
        let name = action["name"].as_str().unwrap();
        let patch = Patch::Strategic(&body);
        api.patch(name, &PatchParams::default(), &patch).await.unwrap();
    }
}

fn change(event: kube::Result<WatchEvent<DynamicObject>>) -> Value {
    match event.unwrap() {
        WatchEvent::Added(object) | WatchEvent::Modified(object) | WatchEvent::Deleted(object) => {
            serde_json::to_value(object).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

fn resource(api_version: &str, kind: &str) -> ApiResource {
    let kind = TypeMeta { api_version: api_version.to_owned(), kind: kind.to_owned() };
    ApiResource::from_gvk(&GroupVersionKind::try_from(kind).unwrap())
}

fn api(client: &Client, namespace: &str, api_version: &str, kind: &str) -> Api<DynamicObject> {
    Api::namespaced_with(client.clone(), namespace, &resource(api_version, kind))
}

fn object(api_version: &str, kind: &str, name: &str) -> DynamicObject {
    serde_json::from_value(json!({
        "apiVersion": api_version,
        "kind": kind,
        "metadata": { "name": name },
    }))
    .unwrap()
}
