//! An object without what the API server counts and signs.

use serde_json::{Map, Value};

/// What is the API server's own in the metadata of every object.
const COUNTED: [&str; 6] =
    ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"];

/// Annotations that a program keeps its books in; the first holds a whole object, secrets included.
const BOOKS: [&str; 3] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "control-plane.alpha.kubernetes.io/leader",
];

/// The object as two of them are compared.
pub(crate) fn normal(object: &Value) -> Value {
    let mut object = object.clone();
    let Value::Object(map) = &mut object else { return object };
    map.remove("status");
    if let Some(Value::Object(metadata)) = map.get_mut("metadata") {
        COUNTED.iter().for_each(|key| drop(metadata.remove(*key)));
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            BOOKS.iter().for_each(|key| drop(annotations.remove(*key)));
        }
        for key in ["annotations", "labels"] {
            let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty) || value.is_null();
            if metadata.get(key).is_some_and(is_empty) {
                metadata.remove(key);
            }
        }
    }
    object
}

/// Fields that the cluster assigns, by kind: a dry run makes up another value each time.
const ASSIGNED: [(&str, &[&str]); 4] = [
    ("Service", &["spec.clusterIP", "spec.clusterIPs", "spec.ports.nodePort", "spec.healthCheckNodePort"]),
    (
        "Job",
        &[
            "spec.selector",
            "spec.template.metadata.labels.controller-uid",
            "spec.template.metadata.labels.batch.kubernetes.io/controller-uid",
        ],
    ),
    ("ServiceAccount", &["secrets"]),
    ("Pod", &["spec.nodeName"]),
];

/// What stands for a value that only the real write brings.
pub(crate) const BY_CLUSTER: &str = "(assigned by the cluster)";

/// Replaces in `predicted` what the cluster assigns and neither `live` has nor the chart gives.
pub(crate) fn hide_assigned(predicted: &mut Value, live: Option<&Value>, desired: Option<&Value>) {
    let kind = predicted.get("kind").and_then(Value::as_str).unwrap_or_default();
    let Some((_, paths)) = ASSIGNED.iter().find(|(of, _)| *of == kind) else { return };
    let known: Vec<Value> = [live, desired].into_iter().flatten().cloned().collect();
    for path in *paths {
        let known: Vec<&Value> = known.iter().flat_map(|object| find(object, path)).collect();
        hide(predicted, path, &known);
    }
}

/// Every value at a path; a list on the way stands for each of its items.
fn find<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    match value {
        _ if path.is_empty() => vec![value],
        Value::Array(items) => items.iter().flat_map(|item| find(item, path)).collect(),
        Value::Object(map) => keys(map, path)
            .into_iter()
            .filter_map(|(key, rest)| Some(find(map.get(&key)?, &rest)))
            .flatten()
            .collect(),
        _ => Vec::new(),
    }
}

fn hide(value: &mut Value, path: &str, known: &[&Value]) {
    match value {
        _ if path.is_empty() && known.contains(&&*value) => {}
        _ if path.is_empty() => *value = Value::String(BY_CLUSTER.to_owned()),
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, path, known)),
        Value::Object(map) => {
            for (key, rest) in keys(map, path) {
                if let Some(inner) = map.get_mut(&key) {
                    hide(inner, &rest, known);
                }
            }
        }
        _ => {}
    }
}

/// The keys of a map that a path may begin with, and its rest after each; a key may hold dots.
fn keys(map: &Map<String, Value>, path: &str) -> Vec<(String, String)> {
    let rest = |key: &String| {
        let rest = path.strip_prefix(key.as_str())?;
        let rest = if rest.is_empty() { rest } else { rest.strip_prefix('.')? };
        Some((key.clone(), rest.to_owned()))
    };
    map.keys().filter_map(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn counters_and_books_go_and_the_rest_stays() {
        let live = json!({"kind": "Deployment", "status": {"replicas": 1}, "spec": {"replicas": 1}, "metadata": {
            "name": "hub", "uid": "u", "resourceVersion": "7", "generation": 2, "managedFields": [], "creationTimestamp": "t",
            "labels": {}, "annotations": {"deployment.kubernetes.io/revision": "3"}}});
        assert_eq!(
            normal(&live),
            json!({"kind": "Deployment", "spec": {"replicas": 1}, "metadata": {"name": "hub"}})
        );
    }

    #[test]
    fn what_a_dry_run_makes_up_is_not_shown_and_what_the_chart_gives_is() {
        let service = |ip: &str, ports: [u32; 2]| json!({"kind": "Service", "spec": {"clusterIP": ip, "ports": [{"nodePort": ports[0]}, {"nodePort": ports[1]}]}});
        let (live, desired) = (service("10.0.0.1", [30001, 0]), service("", [0, 30080]));
        let mut predicted = service("10.0.0.1", [31234, 30080]);
        hide_assigned(&mut predicted, Some(&live), Some(&desired));
        assert_eq!(predicted["spec"]["clusterIP"], "10.0.0.1");
        assert_eq!(predicted["spec"]["ports"], json!([{"nodePort": BY_CLUSTER}, {"nodePort": 30080}]));
        let mut job = json!({"kind": "Job", "spec": {"template": {"metadata": {"labels": {
            "batch.kubernetes.io/controller-uid": "x", "app": "y"}}}}});
        hide_assigned(&mut job, None, None);
        assert_eq!(
            job["spec"]["template"]["metadata"]["labels"],
            json!({"batch.kubernetes.io/controller-uid": BY_CLUSTER, "app": "y"})
        );
    }
}
