//! Bytes that are equal exactly when two plans are.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::PlanHash;
use crate::relay::hex;

/// Collects what a plan consists of.
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn new() -> Self {
        Self(Sha256::new())
    }

    /// Adds one part; its length goes first, so that no two lists of parts look the same.
    pub(crate) fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    pub(crate) fn finish(self) -> PlanHash {
        PlanHash(hex(&self.0.finalize()))
    }
}

/// A body with its keys in order; what is no JSON stays as it is.
pub(crate) fn body(bytes: &[u8]) -> Vec<u8> {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => sorted(value).to_string().into_bytes(),
        Err(_) => bytes.to_vec(),
    }
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(entries.into_iter().map(|(key, value)| (key, sorted(value))).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(sorted).collect()),
        leaf => leaf,
    }
}

/// Whether two states of an object are the same but for what the API server counts and signs.
pub(crate) fn is_same(before: &Value, after: &Value) -> bool {
    bare(before) == bare(after)
}

fn bare(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        let counted = ["managedFields", "resourceVersion", "generation"];
        counted.iter().for_each(|key| {
            metadata.remove(*key);
        });
        if metadata.get("annotations").is_some_and(|annotations| *annotations == Value::Object(Map::new())) {
            metadata.remove("annotations");
        }
    }
    sorted(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_count_and_the_order_of_items_does() {
        assert_eq!(body(br#"{"b":{"d":1,"c":2},"a":[1,2]}"#), body(br#"{"a":[1,2],"b":{"c":2,"d":1}}"#));
        assert_ne!(body(br#"{"a":[1,2]}"#), body(br#"{"a":[2,1]}"#));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let hash = |parts: &[&str]| {
            let mut hasher = Hasher::new();
            parts.iter().for_each(|part| hasher.add(part.as_bytes()));
            hasher.finish()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
    }

    #[test]
    fn a_change_of_counters_alone_is_none() {
        let before = json!({"metadata": {"name": "a", "resourceVersion": "1", "generation": 1, "managedFields": []}, "spec": 1});
        let after = json!({"metadata": {"name": "a", "resourceVersion": "2", "generation": 2}, "spec": 1});
        assert!(is_same(&before, &after));
        assert!(!is_same(&before, &json!({"metadata": {"name": "a"}, "spec": 2})));
    }
}
