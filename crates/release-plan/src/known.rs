//! Which values are secret, beyond those that the vault opened.

use std::collections::BTreeSet;

use helm_release::Release;
use serde_json::Value;

use crate::Forecast;
use crate::manifest::rendered;
use crate::veil::secret_data;

/// A secret value, and the name that stands in its place.
pub type Named = (String, Vec<u8>);

/// The values that Secrets hold, on any side of a step: one that is to be replaced is still a secret.
///
/// Of a value that is a document of its own, a whole configuration, the parts are known by other means.
#[must_use]
pub fn held(forecast: &Forecast<'_>) -> Vec<Named> {
    let mut found = Vec::new();
    let releases = [Some(forecast.release), forecast.last];
    for release in releases.into_iter().flatten() {
        let objects = rendered(release.manifest(), release.namespace());
        objects.values().filter_map(|it| it.value.as_ref()).for_each(|object| hold(object, &mut found));
    }
    forecast.live.values().for_each(|object| hold(object, &mut found));
    found
}

fn hold(object: &Value, found: &mut Vec<Named>) {
    if object.get("kind").and_then(Value::as_str) != Some("Secret") {
        return;
    }
    let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
    for (key, value) in secret_data(object) {
        if !is_document(&value) {
            found.push((format!("Secret/{name}:{key}"), value));
        }
    }
}

fn is_document(value: &[u8]) -> bool {
    let lines = value.iter().filter(|byte| **byte == b'\n').count();
    lines > 1 && serde_yaml::from_slice::<Value>(value).is_ok_and(|value| value.is_object())
}

/// The values that a release was given where they are secret now: their paths stand in `sealed`, or in
/// no plain values file any more.
#[must_use]
pub fn given(last: &Release, plain: &[String], sealed: &BTreeSet<String>) -> Vec<Named> {
    let mut open = BTreeSet::new();
    for text in plain {
        if let Ok(value) = serde_yaml::from_str::<Value>(text) {
            leaves(&value, "", &mut |path, _| {
                open.insert(path.to_owned());
            });
        }
    }
    let mut found = Vec::new();
    if let Some(config) = last.config() {
        leaves(config, "", &mut |path, value| {
            if let (Value::String(text), true) = (value, sealed.contains(path) || !open.contains(path)) {
                found.push((format!("last release:{path}"), text.clone().into_bytes()));
            }
        });
    }
    found
}

fn leaves(value: &Value, path: &str, take: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let dot = if path.is_empty() { "" } else { "." };
                leaves(inner, &format!("{path}{dot}{key}"), take);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, inner)| leaves(inner, &format!("{path}[{at}]"), take));
        }
        leaf => take(path, leaf),
    }
}
