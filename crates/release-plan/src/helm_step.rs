//! The plan of a helm step, from what Helm would send and what is there.

use std::collections::{BTreeMap, BTreeSet};

use helm_release::{Hook, Release};
use names::{ObjectRef, StepName};
use serde_json::Value;

use crate::compare::Sides;
use crate::forecast::Fate;
use crate::manifest::{Rendered, rendered};
use crate::rules::{self, Considered};
use crate::veil::Veil;
use crate::{Action, Change, ChartPlan, Drift, Forecast, HelmPlan, HookPlan, How, StepPlan, Unproven};

/// What a release's upgrade, or its first install, does.
#[must_use]
pub fn helm_step(step: StepName, number: usize, forecast: Forecast<'_>, veil: &Veil) -> StepPlan {
    let Forecast { release, last, writes, live, restored } = forecast;
    let mut fates: BTreeMap<ObjectRef, (String, Fate)> = BTreeMap::new();
    for write in writes {
        let fate = match fates.remove(&write.object) {
            Some((_, fate)) => fate.then(write.how),
            None => Fate::Once(write.how),
        };
        fates.insert(write.object, (write.api_version, fate));
    }
    let known: BTreeSet<&ObjectRef> = fates.keys().chain(live.keys()).collect();
    let home = release.namespace();
    let desired = settled(rendered(release.manifest(), home), &known);
    let before = settled(last.map(|last| rendered(last.manifest(), home)).unwrap_or_default(), &known);
    let all: BTreeSet<&ObjectRef> = desired.keys().chain(fates.keys()).chain(before.keys()).collect();

    let mut considered = Vec::new();
    for object in all {
        let wanted = desired.get(object);
        let fate = fates.get(object);
        let api_version = fate
            .map(|(version, _)| version)
            .or_else(|| wanted.or_else(|| before.get(object)).map(|it| &it.api_version));
        let sides = Sides {
            desired: wanted.and_then(|it| it.value.as_ref()),
            live: live.get(object),
            restored: restored.get(object),
            predicted: fate.and_then(|(_, fate)| predicted(fate)),
        };
        let Some(change) = change(fate.map(|(_, fate)| fate), wanted.is_some(), &sides) else { continue };
        let mut plan = sides.plan(object, api_version.map_or("", String::as_str), change, veil);
        if change == Change::New && before.contains_key(object) {
            plan.drift.push(gone());
        }
        if let Some((_, Fate::Once(How::Unproven(reason)))) = fate {
            plan.unproven = Some(Unproven { reason: veil.text(reason), needs: None });
        }
        let (live, after) = (sides.live.cloned(), sides.predicted.or(sides.desired).cloned());
        considered.push(Considered { plan, live, after, desired: sides.desired.cloned() });
    }
    rules::restarts(&mut considered, veil);
    let impacts = rules::impacts(&considered, last, release, veil);
    let helm = HelmPlan {
        release: release.name().clone(),
        namespace: home.clone(),
        chart: ChartPlan { from: last.map(chart), to: Some(chart(release)) },
        objects: considered.into_iter().map(|it| it.plan).collect(),
        hooks: hooks(release, last),
    };
    StepPlan { step, number, action: Action::Helm(helm), impacts, unproven: None }
}

/// A kind that only the cluster knows to have no namespace is known by what was asked for.
fn settled(
    objects: BTreeMap<ObjectRef, Rendered>,
    known: &BTreeSet<&ObjectRef>,
) -> BTreeMap<ObjectRef, Rendered> {
    let place = |object: ObjectRef| {
        let bare = ObjectRef { namespace: None, ..object.clone() };
        if !known.contains(&object) && known.contains(&bare) { bare } else { object }
    };
    objects.into_iter().map(|(object, rendered)| (place(object), rendered)).collect()
}

fn predicted(fate: &Fate) -> Option<&Value> {
    match fate {
        Fate::Recreated(value) | Fate::Once(How::Create(value) | How::Change(value)) => Some(value),
        Fate::Once(How::Delete | How::Unproven(_)) => None,
    }
}

/// What becomes of an object; none where it neither is nor will be.
fn change(fate: Option<&Fate>, is_wanted: bool, sides: &Sides<'_>) -> Option<Change> {
    Some(match fate {
        Some(Fate::Recreated(_)) => Change::Recreated,
        Some(Fate::Once(How::Create(_))) => Change::New,
        Some(Fate::Once(How::Delete)) => Change::Deleted,
        Some(Fate::Once(How::Unproven(_))) => Change::Unproven,
        Some(Fate::Once(How::Change(_))) if sides.is_same() => Change::Unchanged,
        Some(Fate::Once(How::Change(_))) => Change::Changed,
        // Helm looked at it and had nothing to write.
        None if is_wanted => Change::Unchanged,
        None if sides.live.is_some() => Change::Kept,
        None => return None,
    })
}

/// Somebody deleted the object, and the step makes it again.
fn gone() -> Drift {
    let word = |word: &str| Some(Value::from(word));
    Drift { path: String::new(), released: word("there"), live: word("gone"), ends: true }
}

fn chart(release: &Release) -> String {
    format!("{}-{}", release.chart().name, release.chart().version)
}

/// The hooks of this operation, in the order in which Helm runs them.
fn hooks(release: &Release, last: Option<&Release>) -> Vec<HookPlan> {
    let moments = match release.revision().get() {
        1 => ["pre-install", "post-install"],
        _ => ["pre-upgrade", "post-upgrade"],
    };
    let runs = |event: &&String| moments.contains(&event.as_str());
    let mut hooks: Vec<HookPlan> = release
        .hooks()
        .iter()
        .filter(|hook| hook.events.iter().any(|event| runs(&event)))
        .map(|hook| HookPlan {
            object: reference(release, hook),
            events: hook.events.iter().filter(runs).cloned().collect(),
            weight: hook.weight,
            change: since(last, hook),
        })
        .collect();
    hooks.sort_by(|one, other| (one.weight, &one.object).cmp(&(other.weight, &other.object)));
    hooks
}

fn since(last: Option<&Release>, hook: &Hook) -> Change {
    let same = |old: &&Hook| (&old.kind, &old.name) == (&hook.kind, &hook.name);
    match last.and_then(|last| last.hooks().iter().find(same)) {
        None => Change::New,
        // The majors write the same object with other white space.
        Some(old) if parsed(old) == parsed(hook) => Change::Unchanged,
        Some(_) => Change::Changed,
    }
}

fn parsed(hook: &Hook) -> Result<Value, &str> {
    serde_yaml::from_str(&hook.manifest).map_err(|_| hook.manifest.as_str())
}

fn reference(release: &Release, hook: &Hook) -> ObjectRef {
    let manifest = helm_release::objects(&hook.manifest, release.namespace());
    manifest.into_iter().next().map(|found| found.object).unwrap_or_else(|| ObjectRef {
        kind: hook.kind.clone(),
        namespace: Some(release.namespace().clone()),
        name: hook.name.clone(),
    })
}
