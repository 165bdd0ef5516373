//! Where a field is: `spec.template.spec.containers[name=hub].image`.

use serde_json::Value;

/// A path within an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(String);

/// Keys by which Kubernetes tells the items of its lists apart, the most telling first.
const KEYS: [&str; 9] =
    ["name", "mountPath", "containerPort", "port", "key", "topologyKey", "ip", "uid", "type"];

impl Path {
    pub(crate) fn key(&self, key: &str) -> Self {
        let plain =
            !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/'));
        let dot = if self.0.is_empty() { "" } else { "." };
        Self(if plain { format!("{}{dot}{key}", self.0) } else { format!("{}[{key:?}]", self.0) })
    }

    pub(crate) fn item(&self, name: &ItemName) -> Self {
        Self(format!("{}[{}]", self.0, name.0))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an item of a list is called: `name=hub`, or its number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ItemName(String);

impl ItemName {
    /// Names for the items of two lists that are compared: by a key that tells the items of both apart,
    /// else by number.
    pub(crate) fn of(one: &[Value], other: &[Value]) -> (Vec<Self>, Vec<Self>) {
        let key = KEYS.into_iter().find(|key| tells_apart(one, key) && tells_apart(other, key));
        let names = |items: &[Value]| {
            items.iter().enumerate().map(|(number, item)| Self(name(item, key, number))).collect()
        };
        (names(one), names(other))
    }
}

fn name(item: &Value, key: Option<&str>, number: usize) -> String {
    let value = key.and_then(|key| Some((key, item.get(key)?)));
    match value {
        Some((key, Value::String(text))) => format!("{key}={text}"),
        Some((key, value)) => format!("{key}={value}"),
        None => number.to_string(),
    }
}

fn tells_apart(items: &[Value], key: &str) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    items.iter().all(|item| match item.get(key) {
        Some(value @ (Value::String(_) | Value::Number(_))) => seen.insert(value.to_string()),
        _ => false,
    })
}
