//! Which objects are no longer as their release left them.

use std::collections::BTreeMap;

use helm_release::Release;
use names::ObjectRef;
use serde_json::Value;

use crate::manifest::rendered;
use crate::normal::normal;
use crate::veil::secret_data;

/// The objects of a release that may have drifted, as its manifest has them.
///
/// It is cheap and errs on the safe side: whether one has drifted, the API server says (`restore`).
#[must_use]
pub fn drifted(last: &Release, live: &BTreeMap<ObjectRef, Value>) -> Vec<(ObjectRef, Value)> {
    let objects = rendered(last.manifest(), last.namespace());
    let suspect = |(object, rendered): (ObjectRef, crate::manifest::Rendered)| {
        let released = rendered.value?;
        let bare = ObjectRef { namespace: None, ..object.clone() };
        let (object, live) = match live.get(&object) {
            Some(live) => (object, live),
            None => (bare.clone(), live.get(&bare)?),
        };
        // Read in another version, the same object has other fields.
        let same_version = released.get("apiVersion") == live.get("apiVersion");
        (same_version && !holds(&data(&released), &data(&normal(live)))).then_some((object, released))
    };
    objects.into_iter().filter_map(suspect).collect()
}

/// A Secret's values are compared, not the way they are written.
fn data(object: &Value) -> Value {
    let mut object = object.clone();
    if object.get("kind").and_then(Value::as_str) == Some("Secret") {
        let values = secret_data(&object).into_iter();
        let values = values.map(|(key, value)| (key, Value::from(crate::hex(&value)))).collect();
        if let Value::Object(map) = &mut object {
            map.remove("stringData");
            map.insert("data".to_owned(), Value::Object(values));
        }
    }
    object
}

/// Whether everything that was released is still there.
fn holds(released: &Value, live: &Value) -> bool {
    match (released, live) {
        (Value::Object(released), Value::Object(live)) => released.iter().all(|(key, value)| {
            // The API server drops what is empty, and keeps no status or time of a manifest's.
            matches!(key.as_str(), "status" | "creationTimestamp" | "namespace")
                || live.get(key).map_or_else(|| is_empty(value), |live| holds(value, live))
        }),
        (Value::Array(released), Value::Array(live)) => {
            released.len() == live.len() && released.iter().zip(live).all(|(one, other)| holds(one, other))
        }
        (one, other) => one == other || is_empty(one) && is_empty(other) || text(one) == text(other),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_empty),
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
    }
}

/// A scalar without what YAML and the API server write differently.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn defaults_are_no_drift_and_edits_are() {
        let released = json!({"spec": {"replicas": 1, "port": "80", "args": ["a"], "none": null, "labels": {}, "resources": {"limits": {}}}});
        let live = json!({"spec": {"replicas": 1, "port": 80, "args": ["a"], "added": "by the server"}});
        assert!(holds(&released, &live));
        for (path, value) in
            [("/spec/replicas", json!(3)), ("/spec/args", json!(["a", "b"])), ("/spec/port", json!(81))]
        {
            let mut edited = live.clone();
            *edited.pointer_mut(path).unwrap() = value;
            assert!(!holds(&released, &edited), "{path}");
        }
        assert!(!holds(&json!({"data": {"a": "1"}}), &json!({"data": {}})));
    }

    #[test]
    fn a_secret_is_compared_by_its_values() {
        let released = json!({"kind": "Secret", "stringData": {"a": "one"}});
        assert!(holds(
            &data(&released),
            &data(&json!({"kind": "Secret", "data": {"a": "b25l", "b": "eA=="}}))
        ));
        assert!(!holds(&data(&released), &data(&json!({"kind": "Secret", "data": {"a": "eA=="}}))));
    }
}
