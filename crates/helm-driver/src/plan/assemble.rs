//! From what Helm sent and the API server predicted to a plan.

use std::collections::BTreeMap;

use helm_release::{Hook, Release, is_cluster_scoped};
use names::ObjectRef;

use super::canonical::{self, Hasher};
use super::{Change, Plan, PlannedHook, PlannedWrite};
use crate::Verb;
use crate::relay::{Observed, Resource, Write};

/// The plan for a release that Helm would have stored, from the writes it would have made.
pub(crate) fn assemble(release: &Release, observed: &Observed) -> Plan {
    let mut planned: BTreeMap<ObjectRef, (PlannedWrite, &[u8])> = BTreeMap::new();
    for object in release.objects() {
        let write = PlannedWrite {
            object: object.object.clone(),
            api_version: object.api_version,
            change: Change::Unchanged,
            verb: None,
            unproven: None,
        };
        planned.insert(object.object, (write, &[]));
    }
    for write in &observed.writes {
        let next = planned_write(write, observed);
        // Helm 4 may write an object twice: first who manages it, then what it is.
        let next = match planned.remove(&write.object) {
            Some((before, _)) if next.change == Change::Unchanged => {
                PlannedWrite { change: before.change, ..next }
            }
            _ => next,
        };
        planned.insert(write.object.clone(), (next, &write.sent));
    }
    let mut hooks: Vec<PlannedHook> =
        release.hooks().iter().map(|hook| planned_hook(release, hook)).collect();
    hooks.sort();
    let mut hasher = Hasher::new();
    for (write, sent) in planned.values() {
        let line = format!("{} {} {:?} {:?}", write.api_version, write.object, write.change, write.verb);
        hasher.add(line.as_bytes());
        // Not even a digest of a secret leaves here: it could be tried against guesses.
        let is_open = write.object.kind != "Secret" && write.change != Change::Unchanged;
        hasher.add(&if is_open { canonical::body(sent) } else { Vec::new() });
    }
    for hook in release.hooks() {
        hasher.add(format!("hook {}/{} {:?} {}", hook.kind, hook.name, hook.events, hook.weight).as_bytes());
        hasher.add(if hook.kind == "Secret" { &[] } else { hook.manifest.as_bytes() });
    }
    let chart = release.chart();
    Plan {
        revision: release.revision(),
        chart: format!("{}-{}", chart.name, chart.version),
        writes: planned.into_values().map(|(write, _)| write).collect(),
        hooks,
        hash: hasher.finish(),
    }
}

fn planned_write(write: &Write, observed: &Observed) -> PlannedWrite {
    let before = observed.read.get(&path(&write.resource, &write.object.name));
    let change = match (write.verb, before, &write.answer) {
        (Verb::Delete | Verb::DeleteCollection, _, _) => Change::Delete,
        (Verb::Create, _, _) => Change::Create,
        (_, Some(before), Some(after)) if canonical::is_same(before, after) => Change::Unchanged,
        // Server-side apply makes what is not there.
        _ if write.code == 201 => Change::Create,
        _ => Change::Update,
    };
    PlannedWrite {
        object: write.object.clone(),
        api_version: write.resource.api_version(),
        change,
        verb: Some(write.verb),
        unproven: write.unproven.clone(),
    }
}

/// The path by which the object was read.
fn path(resource: &Resource, name: &str) -> String {
    format!("{}/{name}", resource.collection())
}

fn planned_hook(release: &Release, hook: &Hook) -> PlannedHook {
    let manifest = helm_release::objects(&hook.manifest, release.namespace());
    let object = manifest.into_iter().next().map(|found| found.object).unwrap_or_else(|| {
        let namespace = (!is_cluster_scoped(&hook.kind)).then(|| release.namespace().clone());
        ObjectRef { kind: hook.kind.clone(), namespace, name: hook.name.clone() }
    });
    PlannedHook { object, events: hook.events.clone(), weight: hook.weight }
}
