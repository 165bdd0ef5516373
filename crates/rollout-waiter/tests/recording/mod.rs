//! Reads a recording and plays it to the pure verdict, on the recording's own clock.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use names::ObjectRef;
use rollout_waiter::model::{Change, Object};
use rollout_waiter::{Cause, Judgement, Memory, Objects, Policy, Scope, Verdict, verdict};
use serde::Deserialize;
use serde_json::Value;

/// Line 1: the right answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Header {
    pub(crate) verdict: String,
    pub(crate) cause: String,
    pub(crate) object: String,
    pub(crate) container: String,
    pub(crate) fault_visible_at: Option<Timestamp>,
    pub(crate) momentarily_complete_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) accept_verdicts: Vec<String>,
    #[serde(default)]
    pub(crate) accept_causes: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    t: Timestamp,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    object: Value,
    #[serde(default)]
    name: String,
}

pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) header: Header,
    lines: Vec<Line>,
}

/// What the verdict was from some moment on.
#[derive(Debug)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    pub(crate) judgement: std::sync::Arc<Judgement>,
}

/// The verdicts over a whole recording, and a minute longer.
pub(crate) struct Played {
    pub(crate) moments: Vec<Moment>,
    /// When the third failure of one container (the second failed start) could first be read.
    pub(crate) crash_rule_at: Option<Timestamp>,
}

impl Recording {
    pub(crate) fn read(path: &std::path::Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let (header, rest) = text.split_once('\n').unwrap();
        let lines = rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Self { name, header: serde_json::from_str(header).unwrap(), lines }
    }

    pub(crate) fn object(&self) -> ObjectRef {
        let mut parts = self.header.object.splitn(3, '/');
        let kind = parts.next().unwrap().to_owned();
        let namespace = Some(parts.next().unwrap().parse().unwrap());
        ObjectRef { kind, namespace, name: parts.next().unwrap().to_owned() }
    }

    /// The generation that the last write returned: a waiter is told.
    fn generation(&self, object: &ObjectRef) -> i64 {
        let mine = self.lines.iter().filter(|line| {
            line.object["kind"] == object.kind.as_str()
                && line.object["metadata"]["name"] == object.name.as_str()
        });
        mine.filter_map(|line| line.object["metadata"]["generation"].as_i64()).max().unwrap_or_default()
    }

    /// When the workload itself was last created or patched; before, it is another story.
    pub(crate) fn begin(&self) -> Timestamp {
        let object = self.object();
        let writes = self.lines.iter().filter(|line| {
            let subject = line.object["metadata"]["name"].as_str().unwrap_or(&line.name);
            line.kind == "ACTION" && subject == object.name
        });
        writes.map(|line| line.t).max().unwrap_or(self.lines[0].t)
    }

    /// Eight moments, spread over the part of the recording that is judged.
    pub(crate) fn moments_to_join(&self) -> Vec<Timestamp> {
        let begin = self.begin();
        let later: Vec<Timestamp> = self.lines.iter().map(|line| line.t).filter(|t| *t > begin).collect();
        later.iter().copied().step_by((later.len() / 8).max(1)).collect()
    }

    /// What `kubectl get` would have printed at that moment, events included.
    pub(crate) fn list_at(&self, at: Timestamp) -> Value {
        let mut objects: BTreeMap<&str, &Value> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.t <= at) {
            let Some(uid) = line.object["metadata"]["uid"].as_str() else { continue };
            match line.kind.as_str() {
                "ADDED" | "MODIFIED" | "SNAPSHOT" => objects.insert(uid, &line.object),
                "DELETED" => objects.remove(uid),
                _ => continue,
            };
        }
        let items: Vec<&Value> = objects.into_values().collect();
        serde_json::json!({"kind": "List", "apiVersion": "v1", "items": items})
    }

    pub(crate) fn end(&self) -> Timestamp {
        self.lines.last().unwrap().t
    }

    pub(crate) fn play(&self, policy: &Policy) -> Played {
        self.play_from(self.lines[0].t, policy)
    }

    /// As a waiter sees it that comes at `join`: first the objects as they are, then every change.
    pub(crate) fn play_from(&self, join: Timestamp, policy: &Policy) -> Played {
        let object = self.object();
        let scope = Scope::release(object.namespace.clone().unwrap(), [object.clone()])
            .at_least(object.clone(), self.generation(&object));
        let mut stage = Stage {
            objects: Objects::new(scope),
            memory: Memory::new(),
            policy,
            moments: Vec::new(),
            due: None,
            crash_rule_at: None,
        };
        stage.objects.set_complete();
        let begin = self.begin();
        let mut list: BTreeMap<String, Change> = BTreeMap::new();
        for line in &self.lines {
            let seen = match line.kind.as_str() {
                "ADDED" | "MODIFIED" | "SNAPSHOT" => true,
                "DELETED" => false,
                _ => continue,
            };
            let Some(read) = Object::from_json(line.object.clone()) else { continue };
            if line.t >= begin {
                stage.count_failures(&line.object, line.t);
            }
            let change = if seen { Change::Seen(read) } else { Change::Gone(read) };
            if line.t < join {
                list.insert(change.object().meta().uid.clone(), change);
                continue;
            }
            stage.open(&mut list, join);
            stage.run_until(line.t);
            stage.apply(change, line.t);
        }
        stage.open(&mut list, join);
        let end = self.lines.last().unwrap().t;
        stage.run_until(end.checked_add(SignedDuration::from_secs(60)).unwrap());
        let moments = stage.moments.into_iter().filter(|moment| moment.at >= begin).collect();
        Played { moments, crash_rule_at: stage.crash_rule_at }
    }
}

struct Stage<'a> {
    objects: Objects,
    memory: Memory,
    policy: &'a Policy,
    moments: Vec<Moment>,
    due: Option<Timestamp>,
    crash_rule_at: Option<Timestamp>,
}

impl Stage<'_> {
    fn apply(&mut self, change: Change, now: Timestamp) {
        self.memory.observe(&change, now);
        self.objects.apply(change);
        self.judge(now);
    }

    /// What the first lists show: the last state of everything that is still there.
    fn open(&mut self, list: &mut BTreeMap<String, Change>, now: Timestamp) {
        for change in std::mem::take(list).into_values() {
            if let Change::Seen(_) = change {
                self.apply(change, now);
            }
        }
    }

    /// Lets time alone pass, as the engine does: it sleeps until the verdict says it is due.
    fn run_until(&mut self, end: Timestamp) {
        while let Some(due) = self.due.filter(|due| *due < end) {
            self.judge(due);
            assert!(self.due.is_none_or(|next| next > due), "a verdict that is due at once would spin");
        }
    }

    fn judge(&mut self, now: Timestamp) {
        let judgements = verdict(&self.objects, &self.memory, now, self.policy);
        self.due = judgements.due;
        let Some(judgement) = judgements.objects.into_iter().next() else { return };
        self.moments.push(Moment { at: now, judgement });
    }

    /// Counts by itself, from the raw status, so that the rule is not checked by its own code.
    fn count_failures(&mut self, object: &Value, now: Timestamp) {
        let statuses =
            ["containerStatuses", "initContainerStatuses"].map(|key| object["status"][key].as_array());
        for status in statuses.into_iter().flatten().flatten() {
            let ended = |state: &str| status[state]["terminated"].is_object();
            let between = status["state"]["waiting"].is_object() && ended("lastState");
            let failures =
                status["restartCount"].as_i64().unwrap_or(0) + i64::from(ended("state") || between);
            let start_error = status["lastState"]["terminated"]["reason"] == "StartError";
            if failures >= if start_error { 2 } else { 3 } {
                self.crash_rule_at.get_or_insert(now);
            }
        }
    }
}

impl Header {
    pub(crate) fn accepts(&self, judgement: &Judgement) -> Result<(), String> {
        let verdict = word(judgement.verdict);
        if verdict != self.verdict && !self.accept_verdicts.iter().any(|it| it == verdict) {
            return Err(format!("verdict {verdict}, not {}", self.verdict));
        }
        let cause = judgement.finding.as_ref().map_or("", |finding| finding.cause.as_str());
        if verdict == "ready" {
            return Ok(());
        }
        if cause != self.cause && !self.accept_causes.iter().any(|it| it == cause) {
            return Err(format!("cause {cause:?}, not {:?}", self.cause));
        }
        let container = judgement.finding.as_ref().and_then(|it| it.container.as_deref()).unwrap_or_default();
        if container != self.container {
            return Err(format!("container {container:?}, not {:?}", self.container));
        }
        Ok(())
    }
}

pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ready => "ready",
        Verdict::Failed => "failed",
        Verdict::InProgress => "in-progress",
        Verdict::Advisory => "advisory",
    }
}

/// Causes that the crash rule decides.
pub(crate) fn is_crash(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::CrashLoop | Cause::OomKilled | Cause::InitFailed | Cause::StartError | Cause::LivenessRestart
    )
}
