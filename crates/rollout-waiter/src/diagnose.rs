//! Verdicts for objects that were saved, where nobody can watch.

use jiff::Timestamp;
use names::Namespace;
use serde_json::Value;

use crate::error::Error;
use crate::memory::Memory;
use crate::model::{Change, Object};
use crate::objects::Objects;
use crate::policy::Policy;
use crate::scope::Scope;
use crate::verdict::{Judgements, verdict};

/// The fields of a Kubernetes object that say when something happened.
///
/// Others lie in the future, the end of a certificate for one.
const TIMES: &[&str] = &[
    "creationTimestamp",
    "deletionTimestamp",
    "eventTime",
    "finishedAt",
    "firstTimestamp",
    "lastHeartbeatTime",
    "lastObservedTime",
    "lastProbeTime",
    "lastTimestamp",
    "lastTransitionTime",
    "lastUpdateTime",
    "startTime",
    "startedAt",
    "time",
];

/// How saved objects stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The moment that is judged.
    pub at: Timestamp,
    /// The verdicts.
    pub judgements: Judgements,
}

/// Judges a List as `kubectl get deployments,replicasets,pods,events,... -o json` prints it.
///
/// Every workload, Job, claim, Service, custom resource and bare Pod in it is judged; a Pod whose
/// controller is not in the list stands for itself. `at` is the moment to judge, by the cluster's
/// clock; what came later is left out. Without it, it is the newest time in the list, and
/// containers that never failed count as settled.
///
/// # Errors
///
/// [`Error::NotAList`] where the JSON is no object of Kubernetes, and [`Error::NothingToJudge`]
/// where none of its objects can be waited for.
pub fn diagnose(list: &Value, at: Option<Timestamp>, policy: &Policy) -> Result<Diagnosis, Error> {
    let items = items(list)?;
    let newest = items.iter().filter_map(newest).max();
    let moment = at.or(newest).unwrap_or(Timestamp::UNIX_EPOCH);
    let objects: Vec<Object> =
        items.into_iter().filter_map(Object::from_json).filter(|object| is_there(object, moment)).collect();
    let mut memory = Memory::from_objects(&objects, moment);
    if at.is_none() {
        memory = memory.open_ended();
    }
    // Everything is judged in its own namespace; this one only completes the scope.
    let home = objects.iter().find_map(|object| object.meta().namespace.parse::<Namespace>().ok());
    let home = home.or_else(|| "default".parse().ok()).ok_or(Error::NothingToJudge)?;
    let mut present = Objects::new(Scope::everything(home));
    for object in objects {
        present.apply(Change::Seen(object));
    }
    present.set_complete();
    let judgements = verdict(&present, &memory, moment, policy);
    if judgements.objects.is_empty() {
        return Err(Error::NothingToJudge);
    }
    Ok(Diagnosis { at: moment, judgements })
}

/// The objects in a List, in a list of one kind (whose items leave their kind out), or one object.
fn items(list: &Value) -> Result<Vec<Value>, Error> {
    if let Value::Array(items) = list {
        return Ok(items.clone());
    }
    let kind = list.get("kind").and_then(Value::as_str).ok_or(Error::NotAList)?;
    let Some(items) = list.get("items") else { return Ok(vec![list.clone()]) };
    let mut items = items.as_array().ok_or(Error::NotAList)?.clone();
    if let Some(kind) = kind.strip_suffix("List").filter(|kind| !kind.is_empty()) {
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            item.entry("kind").or_insert_with(|| kind.into());
            if let Some(api_version) = list.get("apiVersion") {
                item.entry("apiVersion").or_insert_with(|| api_version.clone());
            }
        }
    }
    Ok(items)
}

fn is_there(object: &Object, at: Timestamp) -> bool {
    let began = match object {
        Object::Notice(notice) => notice.first(),
        other => other.meta().creation_timestamp,
    };
    began.is_none_or(|began| began <= at)
}

/// The newest time in an object. Its depth is bounded by whoever parsed it, and this goes no deeper
/// than Kubernetes' own objects do.
fn newest(item: &Value) -> Option<Timestamp> {
    fn walk(value: &Value, depth: usize, newest: &mut Option<Timestamp>) {
        match value {
            Value::Object(fields) if depth > 0 => {
                for (name, field) in fields {
                    match field.as_str() {
                        Some(text) if TIMES.contains(&name.as_str()) => {
                            *newest = (*newest).max(text.parse().ok());
                        }
                        _ if name == "annotations" || name == "spec" => {}
                        _ => walk(field, depth - 1, newest),
                    }
                }
            }
            Value::Array(values) if depth > 0 => {
                values.iter().for_each(|value| walk(value, depth - 1, newest));
            }
            _ => {}
        }
    }
    let mut found = None;
    walk(item, 10, &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cause;
    use crate::verdict::Verdict;
    use serde_json::json;

    fn crashed() -> Value {
        let end =
            json!({"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-11-21T06:01:00Z"}});
        json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "web-x", "namespace": "hub", "uid": "p", "creationTimestamp": "2026-11-21T06:00:00Z",
                "ownerReferences": [{"kind": "ReplicaSet", "uid": "rs", "controller": true}]},
            "spec": {"containers": [{"name": "app"}], "restartPolicy": "Always"},
            "status": {"phase": "Running", "containerStatuses": [{"name": "app", "restartCount": 4, "state": end}]}})
    }

    #[test]
    fn a_pod_without_its_controller_stands_for_itself() {
        for list in [
            json!({"kind": "List", "apiVersion": "v1", "items": [crashed()]}),
            json!({"kind": "PodList", "apiVersion": "v1", "items": [crashed()]}),
            json!([crashed()]),
            crashed(),
        ] {
            let found = diagnose(&list, None, &Policy::default()).unwrap();
            assert_eq!(found.at.to_string(), "2026-11-21T06:01:00Z");
            assert_eq!(found.judgements.verdict, Verdict::Failed);
            let report = serde_json::to_value(found.judgements.report()).unwrap();
            assert_eq!(
                report,
                json!({"verdict": "failed", "objects": [{"kind": "Pod", "namespace": "hub", "name": "web-x",
                    "verdict": "failed", "cause": "CrashLoop", "container": "app",
                    "evidence": "Error (exit code 1), 5 times", "since": "2026-11-21T06:01:00Z"}]})
            );
        }
    }

    #[test]
    fn what_came_later_is_left_out() {
        let before = Some("2026-11-21T05:00:00Z".parse().unwrap());
        let error = diagnose(&crashed(), before, &Policy::default()).unwrap_err();
        assert!(matches!(error, Error::NothingToJudge));
    }

    #[test]
    fn what_cannot_be_judged_is_an_error_and_never_ready() {
        for odd in [json!(null), json!(3), json!({}), json!({"kind": "List", "items": {}})] {
            assert!(matches!(diagnose(&odd, None, &Policy::default()), Err(Error::NotAList)), "{odd}");
        }
        let map = json!({"kind": "List", "items": [{"kind": "ConfigMap", "metadata": {"name": "a"}}]});
        assert!(matches!(diagnose(&map, None, &Policy::default()), Err(Error::NothingToJudge)));
    }

    #[test]
    fn the_end_of_a_certificate_is_no_time_of_the_list() {
        let certificate = json!({"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
            "metadata": {"name": "tls", "namespace": "hub", "creationTimestamp": "2026-11-21T06:00:00Z"},
            "status": {"notAfter": "2027-02-19T06:00:00Z", "conditions": [{"type": "Ready", "status": "True"}]}});
        let found = diagnose(&certificate, None, &Policy::default()).unwrap();
        assert_eq!(found.at.to_string(), "2026-11-21T06:00:00Z");
        assert_eq!(found.judgements.objects[0].finding.as_ref().map(|it| it.cause), None::<Cause>);
    }
}
