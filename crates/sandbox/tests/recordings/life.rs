//! The life of one pod: its statuses and events without what differs from run to run.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A pod's changes in their order, and its events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Life {
    pub(crate) name: String,
    namespace: String,
    uid: String,
    statuses: Vec<Value>,
    events: Vec<Value>,
    containers: Vec<String>,
}

impl Life {
    pub(crate) fn of(pod: &Value) -> Self {
        let text = |field: &str| pod["metadata"][field].as_str().unwrap().to_owned();
        Self { name: text("name"), namespace: text("namespace"), uid: text("uid"), ..Self::default() }
    }

    /// Takes a change of the pod; one that shows nothing new is left out.
    pub(crate) fn pod(&mut self, pod: &Value) {
        let status = self.neutral(&pod["status"], "status");
        if self.statuses.last() != Some(&status) {
            self.statuses.push(status);
        }
    }

    pub(crate) fn event(&mut self, event: &Value) {
        self.events.push(event.clone());
    }

    pub(crate) fn length(&self) -> usize {
        self.statuses.len()
    }

    pub(crate) fn statuses(&self, first: usize) -> String {
        let shown: Vec<&Value> = self.statuses.iter().take(first).collect();
        serde_json::to_string_pretty(&shown).unwrap()
    }

    /// What kinds of events there are; how often each came depends on how long one looks.
    pub(crate) fn events(&self, luck: &[&str]) -> BTreeSet<String> {
        let mut life = self.clone();
        let mut kinds = BTreeSet::new();
        for event in &self.events {
            if luck.iter().any(|reason| event["reason"] == *reason) {
                continue;
            }
            let fields = ["type", "reason", "message", "source", "reportingComponent"];
            let mut kind: Vec<String> =
                fields.iter().map(|field| life.neutral(&event[*field], field).to_string()).collect();
            kind.push(event["involvedObject"]["fieldPath"].to_string());
            kinds.insert(kind.join(" "));
        }
        kinds
    }

    /// Without what differs from run to run:
    /// - names, namespace and uid of the pod, the suffix of its token's volume, addresses: given
    ///   by the cluster;
    /// - the node, of which the sandbox has two: the scheduler's choice;
    /// - times: played faster, and never the same;
    /// - ids of containers, numbered by their first appearance: random; of images: the digest;
    /// - the pod's `resources`: a limit that the recorded runtime read back from cgroup v1;
    /// - the order of conditions: a map by type to the API server.
    fn neutral(&mut self, value: &Value, field: &str) -> Value {
        match value {
            Value::Object(fields) => {
                let mut neutral = Map::new();
                for (name, value) in fields {
                    let left_out = field == "status" && name == "resources";
                    if !value.is_null() && !left_out {
                        neutral.insert(name.clone(), self.neutral(value, name));
                    }
                }
                neutral.sort_keys();
                Value::Object(neutral)
            }
            Value::Array(items) => {
                let mut neutral: Vec<Value> = items.iter().map(|item| self.neutral(item, field)).collect();
                if field == "conditions" {
                    neutral.sort_by_key(|condition| condition["type"].to_string());
                }
                Value::Array(neutral)
            }
            Value::String(text) => Value::String(self.neutral_text(text, field)),
            other => other.clone(),
        }
    }

    fn neutral_text(&mut self, text: &str, field: &str) -> String {
        if field.ends_with("At") || field.ends_with("Time") {
            return "TIME".to_owned();
        }
        if matches!(field, "ip" | "podIP" | "hostIP") {
            return "ADDRESS".to_owned();
        }
        if text.starts_with("kube-api-access-") {
            return "kube-api-access".to_owned();
        }
        if field == "imageID" && !text.is_empty() {
            return "IMAGE".to_owned();
        }
        if text.starts_with("containerd://") {
            let known = self.containers.iter().position(|known| known == text);
            let number = known.unwrap_or_else(|| {
                self.containers.push(text.to_owned());
                self.containers.len() - 1
            });
            return format!("CONTAINER {number}");
        }
        // A namespace may be called like a word of the text: only beside the pod's name is it one.
        text.replace(&self.uid, "UID")
            .replace(&format!("{}/{}", self.namespace, self.name), "NAMESPACE/POD")
            .replace(&format!("{}_{}", self.name, self.namespace), "POD_NAMESPACE")
            .replace(&format!("ConfigMap {}/", self.namespace), "ConfigMap NAMESPACE/")
            .replace("node-2", "node-1")
            .replace(&self.name, "POD")
    }
}
