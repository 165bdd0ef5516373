//! Pods that a controller may not create: there is no pod to look at, so the controller's words decide.

use names::ObjectRef;

use super::judgement::{Finding, Opinion};
use super::look::Look;
use crate::cause::Cause;
use crate::memory::{Sign, Told};
use crate::model::Condition;

/// The opinion on a controller (`uid`) that lacks pods. Deployments and ReplicaSets carry a
/// condition; the others only say it in events.
pub(super) fn opinion(
    look: &Look<'_>,
    guilty: &ObjectRef,
    uid: &str,
    conditions: &[Condition],
) -> Option<Opinion> {
    let condition = Condition::holding(conditions, "ReplicaFailure");
    let (message, since) = match condition {
        Some(condition) => (condition.message.clone(), look.memory.since(uid, &Sign::ReplicaFailure)?),
        None => {
            let (_, telling) = look.memory.told(uid, Told::CreateFailed).next()?;
            (telling.message.clone(), telling.first)
        }
    };
    let (cause, grace) = class(look, &message);
    let fatal = look.passed(since, grace);
    Some(Opinion {
        finding: Finding { cause, guilty: guilty.clone(), container: None, evidence: message },
        fatal,
    })
}

fn class(look: &Look<'_>, message: &str) -> (Cause, std::time::Duration) {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let policy = look.policy;
    if says(&["exceeded quota", "must specify limits", "must specify requests"]) {
        (Cause::QuotaExceeded, policy.admission_grace)
    } else if says(&["serviceaccount"]) {
        (Cause::ConfigMissing, policy.missing_grace)
    } else if says(&["failed calling webhook", "context deadline exceeded", "timeout", "connection refused"])
    {
        (Cause::AdmissionDenied, policy.webhook_grace)
    } else if says(&["denied the request", "is forbidden", "violates PodSecurity", "is invalid"]) {
        (Cause::AdmissionDenied, policy.admission_grace)
    } else {
        (Cause::ControllerError, policy.webhook_grace)
    }
}
