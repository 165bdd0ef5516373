//! Which ConfigMaps and Secrets a pod reads.

use std::collections::BTreeSet;

use serde_json::Value;

/// `ConfigMap/name` and `Secret/name` for everything that a pod template names.
pub(crate) fn references(template: &Value) -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    walk(template, &mut found);
    found
}

fn walk(value: &Value, found: &mut BTreeSet<(&'static str, String)>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let kind = match key.as_str() {
                    "configMap" | "configMapRef" | "configMapKeyRef" => Some("ConfigMap"),
                    "secret" | "secretRef" | "secretKeyRef" => Some("Secret"),
                    _ => None,
                };
                let name = ["name", "secretName"].into_iter().find_map(|name| inner.get(name)?.as_str());
                if let (Some(kind), Some(name)) = (kind, name) {
                    found.insert((kind, name.to_owned()));
                }
                walk(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        _ => {}
    }
}
