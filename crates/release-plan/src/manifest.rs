//! The objects of a manifest, whole.

use std::collections::BTreeMap;

use helm_release::{documents, objects};
use names::{Namespace, ObjectRef};
use serde::Deserialize as _;
use serde_json::Value;

/// An object as a manifest has it; none of it where the document says more than JSON can.
#[derive(Clone)]
pub(crate) struct Rendered {
    pub(crate) api_version: String,
    pub(crate) value: Option<Value>,
}

/// Every object of a manifest; `home` is where an object goes that names no namespace.
pub(crate) fn rendered(manifest: &str, home: &Namespace) -> BTreeMap<ObjectRef, Rendered> {
    let mut all = BTreeMap::new();
    for document in documents(manifest) {
        let value = Value::deserialize(serde_yaml::Deserializer::from_str(document)).ok();
        let values = value.map(items).unwrap_or_default();
        for (number, found) in objects(document, home).into_iter().enumerate() {
            let value = values.get(number).cloned();
            all.insert(found.object, Rendered { api_version: found.api_version, value });
        }
    }
    all
}

/// The objects of a list, else the object.
pub(crate) fn items(value: Value) -> Vec<Value> {
    let is_list = value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    match value {
        Value::Object(mut map) if is_list => match map.remove("items") {
            Some(Value::Array(inner)) => inner.into_iter().flat_map(items).collect(),
            _ => Vec::new(),
        },
        other => vec![other],
    }
}
