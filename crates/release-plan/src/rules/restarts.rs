//! Which pods restart, and why.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Considered;
use super::references::references;
use crate::diff::{Difference, differences};
use crate::normal::normal;
use crate::veil::Veil;
use crate::{Change, Restart};

/// Kinds whose pods follow their template.
const WORKLOADS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

/// More reasons than this are counted.
const REASONS: usize = 5;

const TEMPLATE: &str = "spec.template.";

/// Names, at every workload, whether its pods restart, or read what changes without a restart.
pub(crate) fn restarts(all: &mut [Considered], veil: &Veil) {
    let changed: BTreeMap<(String, String), Change> = all
        .iter()
        .filter(|it| matches!(it.plan.change, Change::Changed | Change::Recreated))
        .map(|it| ((it.plan.object.kind.clone(), it.plan.object.name.clone()), it.plan.change))
        .collect();
    for it in all.iter_mut().filter(|it| WORKLOADS.contains(&it.plan.object.kind.as_str())) {
        let Some(after) = it.after.as_ref().or(it.live.as_ref()) else { continue };
        let read: Vec<String> = template(after)
            .map(references)
            .unwrap_or_default()
            .into_iter()
            .filter(|(kind, name)| changed.contains_key(&((*kind).to_owned(), name.clone())))
            .map(|(kind, name)| format!("{kind}/{name}"))
            .collect();
        let reasons = match it.plan.change {
            Change::Recreated => vec!["it is deleted and made anew".to_owned()],
            Change::Changed => reasons(it, &read, veil),
            _ => Vec::new(),
        };
        if !reasons.is_empty() {
            it.plan.restart = Some(restart(it, after, reasons));
        } else if it.live.is_some() && !matches!(it.plan.change, Change::Deleted | Change::Kept) {
            it.plan.stale = read;
        }
    }
}

fn template(object: &Value) -> Option<&Value> {
    object.pointer("/spec/template")
}

fn restart(it: &Considered, after: &Value, reasons: Vec<String>) -> Restart {
    let strategy = |path: &str| after.pointer(path).and_then(Value::as_str);
    let strategy = strategy("/spec/strategy/type").or_else(|| strategy("/spec/updateStrategy/type"));
    let pods = it.desired.as_ref().and_then(|desired| desired.pointer("/spec/replicas"));
    Restart {
        reasons,
        pods: pods.and_then(Value::as_u64),
        component: component(after),
        strategy: strategy.unwrap_or("RollingUpdate").to_owned(),
    }
}

/// What the pods are in their application.
pub(crate) fn component(object: &Value) -> Option<String> {
    let label = |at: &str, key: &str| object.pointer(at).and_then(|labels| labels.get(key)?.as_str());
    let keys = ["component", "app.kubernetes.io/component"];
    let places = ["/spec/template/metadata/labels", "/metadata/labels"];
    places.iter().find_map(|at| keys.iter().find_map(|key| label(at, key))).map(str::to_owned)
}

/// Why the pods of a changed workload restart; empty where they do not.
fn reasons(it: &Considered, read: &[String], veil: &Veil) -> Vec<String> {
    let (Some(live), Some(after)) = (&it.live, &it.after) else { return Vec::new() };
    let (live, after) = (normal(live), normal(after));
    if template(&live) == template(&after) {
        return Vec::new();
    }
    let (before, then) = (veil.object(&live, None), veil.object(&after, Some(&live)));
    let mut images = Vec::new();
    let mut checksums = Vec::new();
    let mut others = Vec::new();
    for difference in differences(&before, &then) {
        let Some(path) = difference.path.as_str().strip_prefix(TEMPLATE) else { continue };
        if let Some(container) = path.strip_suffix(".image") {
            images.push(image(container, &difference));
        } else if path.starts_with("metadata.annotations") && path.contains("checksum/") {
            checksums.push(format!("{path} changes"));
        } else {
            others.push(format!("{} {}", short(path), verb(&difference)));
        }
    }
    // Whose checksum it is says more than that a checksum differs.
    let inputs: Vec<String> = match read.is_empty() {
        true => checksums,
        false => read.iter().map(|object| format!("{object} changes")).collect(),
    };
    let mut all: Vec<String> = images.into_iter().chain(inputs).chain(others).collect();
    if all.is_empty() {
        all.push("a secret value in its template changes".to_owned());
    }
    if all.len() > REASONS {
        let more = all.len() - REASONS + 1;
        all.truncate(REASONS - 1);
        all.push(format!("{more} more fields of its template"));
    }
    all
}

fn image(container: &str, difference: &Difference) -> String {
    let side = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).unwrap_or("none").to_owned();
    let name = container.rsplit_once("name=").map_or(container, |(_, name)| name.trim_end_matches(']'));
    let (from, to) = (side(&difference.from), side(&difference.to));
    // The part before the tag is only told where it differs.
    match (from.rsplit_once(':'), to.rsplit_once(':')) {
        (Some((old, old_tag)), Some((new, new_tag))) if old == new => {
            format!("image of {name}: {old_tag} -> {new_tag}")
        }
        _ => format!("image of {name}: {from} -> {to}"),
    }
}

fn verb(difference: &Difference) -> &'static str {
    match (&difference.from, &difference.to) {
        (None, _) => "is new",
        (_, None) => "goes",
        _ => "changes",
    }
}

fn short(path: &str) -> &str {
    path.strip_prefix("spec.").unwrap_or(path)
}
