//! Remembering and reporting what went through the relay.

use http::Response;
use serde_json::Value;

use super::answer;
use super::api::{ApiRequest, Resource};
use super::body::Reply;
use super::definitions::is_definitions;
use super::forward::Call;
use super::observed::Write;
use super::own;
use super::server::{Purpose, Shared};
use crate::{ApiStatus, Progress, Verb};

/// Takes note of an answer of the cluster's; returns another answer where Helm should get one.
pub(crate) fn answered(shared: &Shared, call: &Call, code: u16, body: &[u8]) -> Option<Response<Reply>> {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let failed = !(200..300).contains(&code);
    match &call.request {
        ApiRequest::Write { verb, resource } => {
            if shared.own.names(resource) || shared.own.creates(resource, &call.content_type, &call.body) {
                if failed {
                    shared.observed().failed(ApiStatus::read(code, body));
                } else if *verb != Verb::Delete {
                    own_release(shared, call, code);
                }
                return None;
            }
            let status = failed.then(|| ApiStatus::read(code, body));
            if let Some(status) = &status
                && shared.purpose == Purpose::Plan
                && matches!(verb, Verb::Create | Verb::Apply)
                && let Some(why) = not_yet(shared, resource, status)
            {
                let write = write(shared, call, *verb, resource, 201, None, Some(why));
                shared.observed().writes.push(write);
                return Some(answer::echo(201, "application/json", call.body.clone()));
            }
            // Helm 4 applies definitions, so one that is there already answers 200.
            if let (Purpose::Plan, 201, Some(definition)) = (shared.purpose, code, &answer)
                && is_definitions(resource)
            {
                shared.definitions.learn(definition);
            }
            let mut write = write(shared, call, *verb, resource, code, answer, None);
            write.refusal.clone_from(&status);
            shared.events.send(Progress::Wrote { verb: *verb, object: write.object.clone(), code });
            let mut observed = shared.observed();
            observed.writes.push(write);
            status.into_iter().for_each(|status| observed.failed(status));
        }
        ApiRequest::Read { resource: Some(_), .. } if !failed => {
            let object = answer?;
            let path = call.parts.uri.path().to_owned();
            let mut observed = shared.observed();
            if let Some(kind) = object.get("kind").and_then(Value::as_str) {
                observed.kinds.insert(path.clone(), kind.to_owned());
            }
            if shared.purpose == Purpose::Plan {
                observed.read.insert(path, object);
            }
        }
        // That something is not there is an answer, not a failure.
        ApiRequest::Read { .. } if code == 404 => {}
        ApiRequest::Read { .. } | ApiRequest::Unknown => {
            if failed {
                shared.observed().failed(ApiStatus::read(code, body));
            }
        }
    }
    None
}

/// Takes note of a request that got no answer.
pub(crate) fn lost(shared: &Shared, call: &Call, why: String) {
    if let ApiRequest::Write { verb, resource } = &call.request
        && !shared.own.names(resource)
        && !shared.own.creates(resource, &call.content_type, &call.body)
    {
        let mut write = write(shared, call, *verb, resource, 503, None, None);
        let words = format!("the cluster cannot be reached: {why}");
        write.refusal = Some(ApiStatus::refusal(503, "ServiceUnavailable", words));
        shared.events.send(Progress::Wrote { verb: *verb, object: write.object.clone(), code: 503 });
        shared.observed().writes.push(write);
    }
    shared.observed().lost = Some(why);
}

/// Takes note of what Helm recorded about its release.
pub(crate) fn own_release(shared: &Shared, call: &Call, code: u16) {
    let Some(release) = own::release(&call.content_type, &call.body).filter(|_| (200..300).contains(&code))
    else {
        return;
    };
    shared.events.send(Progress::Recorded {
        revision: release.revision(),
        status: release.status().clone(),
        objects: release.objects().len(),
    });
    shared.observed().releases.insert(release.revision().get(), release);
}

/// Takes note of an object that Helm wanted to delete and that stays.
pub(crate) fn kept(shared: &Shared, call: &Call) {
    let ApiRequest::Write { verb, resource } = &call.request else { return };
    if shared.own.names(resource) {
        return;
    }
    let write = write(shared, call, *verb, resource, 200, None, None);
    shared.events.send(Progress::Kept { object: write.object });
}

/// Takes note of a request that was refused here.
pub(crate) fn refused(shared: &Shared, call: &Call, status: &ApiStatus) {
    // Reads count too: what Helm cannot read it does not delete, and says nothing of it.
    if shared.purpose != Purpose::Plan {
        shared.observed().denied = true;
    }
    if let (Purpose::Plan, ApiRequest::Write { .. } | ApiRequest::Unknown) = (shared.purpose, &call.request) {
        shared.observed().refused.push(status.message.clone());
    }
}

/// What must be there before the cluster can say what would become of an object; none where it has said so.
fn not_yet(shared: &Shared, resource: &Resource, status: &ApiStatus) -> Option<String> {
    match (status.code, status.kind.as_deref()) {
        (404, Some("namespaces")) => Some(status.message.clone()),
        (404, _) => {
            let name = shared.definitions.of(resource)?;
            Some(format!("CustomResourceDefinition/{name} is created by the same step"))
        }
        _ => None,
    }
}

fn write(
    shared: &Shared,
    call: &Call,
    verb: Verb,
    resource: &Resource,
    code: u16,
    answer: Option<Value>,
    unproven: Option<String>,
) -> Write {
    let sent: Option<Value> = serde_json::from_slice(&call.body).ok();
    let path = call.parts.uri.path();
    let of = |value: &Option<Value>, pointer: &str| {
        value.as_ref().and_then(|value| value.pointer(pointer)).and_then(Value::as_str).map(str::to_owned)
    };
    // A patch does not say its kind, a deletion's answer says `Status`: then the object was read before.
    let kind = of(&sent, "/kind").filter(|kind| kind != "DeleteOptions");
    let kind = kind.or_else(|| of(&answer, "/kind").filter(|kind| kind != "Status"));
    let name = resource.name.clone().or_else(|| of(&answer, "/metadata/name"));
    let name = name.or_else(|| of(&sent, "/metadata/name")).unwrap_or_default();
    let kind = kind
        .or_else(|| shared.observed().kind(path, resource, &name))
        .unwrap_or_else(|| resource.resource.clone());
    let keep = shared.purpose == Purpose::Plan;
    Write {
        number: call.number,
        refusal: None,
        verb,
        resource: resource.clone(),
        object: resource.object(&kind, &name),
        code,
        sent: if keep { call.body.to_vec() } else { Vec::new() },
        answer: answer.filter(|_| keep),
        unproven,
    }
}
