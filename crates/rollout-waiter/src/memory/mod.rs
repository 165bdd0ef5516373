//! What has been seen over time, so that a verdict can be a pure function of the present.

mod own_times;
mod runs;
mod sign;
mod told;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use names::ObjectRef;

pub(crate) use runs::Runs;
pub(crate) use sign::Sign;
pub(crate) use told::Told;

use crate::model::{Change, Notice, Object, Pod};

/// Sightings, failures and statements, each with the moment it was first noticed.
///
/// It forgets a pod with the pod, so it stays as small as the namespace.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    signs: HashMap<String, BTreeMap<Sign, Timestamp>>,
    told: HashMap<String, BTreeMap<(Told, String), Telling>>,
    runs: HashMap<String, BTreeMap<String, Runs>>,
    alive: BTreeSet<String>,
    evictions: HashMap<String, BTreeMap<String, BTreeSet<String>>>,
    gone: HashMap<ObjectRef, (Object, Timestamp)>,
    begin: Option<Timestamp>,
    /// Only what was there is known, not how much later somebody looked.
    open_ended: bool,
}

/// How often, since when and in which words something was told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Telling {
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    pub(crate) message: String,
    /// Which event the message is from: the newest by the server's clock, whatever came in last.
    from: (Option<Timestamp>, String),
    times: BTreeMap<String, i64>,
}

impl Telling {
    /// How often, over all events that say it.
    pub(crate) fn times(&self) -> i64 {
        self.times.values().sum()
    }
}

impl Memory {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of a change at the moment of its arrival. `now` never goes backwards.
    pub fn observe(&mut self, change: &Change, now: Timestamp) {
        self.begin.get_or_insert(now);
        let object = change.object();
        match change {
            Change::Seen(Object::Notice(notice)) => self.hear(notice, now, moment(notice, now)),
            // The server forgets events after an hour; what they said stays said.
            Change::Gone(Object::Notice(_)) => {}
            Change::Seen(object) => {
                if !self.gone.is_empty() {
                    self.gone.remove(&object.reference());
                }
                self.see(object, now);
            }
            Change::Gone(_) => {
                let uid = &object.meta().uid;
                self.signs.remove(uid);
                self.told.remove(uid);
                self.runs.remove(uid);
                self.alive.remove(uid);
                if object.kind().is_awaited()
                    && !matches!(object, Object::Pod(pod) if pod.metadata.controller().is_some())
                {
                    self.gone.insert(object.reference(), (object.clone(), now));
                }
            }
        }
    }

    /// Whether a look at any later moment would have shown the same, for all that is known.
    pub(crate) fn is_open_ended(&self) -> bool {
        self.open_ended
    }

    /// When the first change arrived.
    pub(crate) fn begin(&self) -> Option<Timestamp> {
        self.begin
    }

    /// Since when an object shows a sign.
    pub(crate) fn since(&self, uid: &str, sign: &Sign) -> Option<Timestamp> {
        self.signs.get(uid)?.get(sign).copied()
    }

    /// Since when a pod has been ready without a restart.
    pub(crate) fn ready_since(&self, uid: &str) -> Option<Timestamp> {
        let signs = self.signs.get(uid)?;
        signs.iter().find(|(sign, _)| matches!(sign, Sign::Ready { .. })).map(|(_, since)| *since)
    }

    /// What was told about an object, with the container where it was about one.
    pub(crate) fn told(&self, uid: &str, what: Told) -> impl Iterator<Item = (&str, &Telling)> {
        let tellings = self.told.get(uid).into_iter().flatten();
        tellings
            .filter(move |((told, _), _)| *told == what)
            .map(|((_, container), telling)| (container.as_str(), telling))
    }

    /// Whether a pod was seen before it failed.
    pub(crate) fn saw_alive(&self, uid: &str) -> bool {
        self.alive.contains(uid)
    }

    /// The failures of a container.
    pub(crate) fn runs(&self, uid: &str, container: &str) -> Option<&Runs> {
        self.runs.get(uid)?.get(container)
    }

    /// The resource for which most of a controller's pods were evicted while we watched, and how many.
    pub(crate) fn evictions(&self, controller: &str) -> Option<(&str, usize)> {
        let by_resource = self.evictions.get(controller)?;
        by_resource
            .iter()
            .map(|(resource, pods)| (resource.as_str(), pods.len()))
            .max_by_key(|(_, pods)| *pods)
    }

    /// The last sight of an object that is gone.
    pub(crate) fn last_seen(&self, object: &ObjectRef) -> Option<(&Object, Timestamp)> {
        self.gone.get(object).map(|(object, since)| (object, *since))
    }

    /// What a container itself wrote down as the reason of its end.
    pub(crate) fn message_of_end(&self, uid: &str, container: &str) -> Vec<String> {
        let message =
            self.runs(uid, container).and_then(|runs| runs.last.as_ref()).map(|last| last.message.as_str());
        message
            .unwrap_or_default()
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn see(&mut self, object: &Object, now: Timestamp) {
        let uid = &object.meta().uid;
        let present = sign::signs(object);
        if present.is_empty() {
            self.signs.remove(uid);
        } else {
            let signs = self.signs.entry(uid.clone()).or_default();
            signs.retain(|sign, _| present.contains(sign));
            for sign in present {
                signs.entry(sign).or_insert(now);
            }
        }
        if let Object::Pod(pod) = object {
            self.see_pod(pod, now);
        }
    }

    fn see_pod(&mut self, pod: &Pod, now: Timestamp) {
        let uid = &pod.metadata.uid;
        let runs = self.runs.entry(uid.clone()).or_default();
        for slot in pod.every_container() {
            let first = !runs.contains_key(&slot.status.name);
            runs.entry(slot.status.name.clone()).or_default().observe(pod, slot, now, first);
        }
        // Evictions count only where we saw the pod alive before: failed pods lie around for weeks.
        if pod.status.phase != "Failed" {
            self.alive.insert(uid.clone());
        } else if pod.status.reason == "Evicted"
            && self.alive.contains(uid)
            && let Some(owner) = pod.metadata.controller()
        {
            let by_resource = self.evictions.entry(owner.uid.clone()).or_default();
            by_resource.entry(evicted_for(&pod.status.message).to_owned()).or_default().insert(uid.clone());
        }
    }

    fn hear(&mut self, notice: &Notice, now: Timestamp, first: Timestamp) {
        let Some(told) = Told::by(notice) else { return };
        let about = self.told.entry(notice.involved_object.uid.clone()).or_default();
        let container = notice.container().unwrap_or_default().to_owned();
        let telling = about.entry((told, container)).or_insert_with(|| Telling {
            first,
            last: moment(notice, now),
            message: String::new(),
            from: (None, String::new()),
            times: BTreeMap::new(),
        });
        telling.first = telling.first.min(first);
        let times = telling.times.entry(notice.metadata.name.clone()).or_default();
        if notice.times() > *times {
            *times = notice.times();
            telling.last = telling.last.max(moment(notice, now));
            let from = (notice.last(), notice.metadata.name.clone());
            if from >= telling.from {
                telling.from = from;
                telling.message.clone_from(&notice.message);
            }
        }
    }
}

/// When an event happened: not before it was seen, but for those of the first list, which may be old.
fn moment(notice: &Notice, now: Timestamp) -> Timestamp {
    // The server writes whole seconds, so the event may be up to one second younger than it says.
    let said = notice.last().and_then(|said| said.checked_add(SignedDuration::from_secs(1)).ok());
    said.map_or(now, |said| said.min(now))
}

/// The resource in an eviction's message, in the kubelet's words.
fn evicted_for(message: &str) -> &str {
    const RESOURCES: &[&str] = &["ephemeral local storage", "ephemeral-storage", "memory", "inodes", "pids"];
    RESOURCES.iter().find(|resource| message.contains(**resource)).copied().unwrap_or("unknown")
}
