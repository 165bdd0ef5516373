//! The one decision of the relay: what happens to a request.

use bytes::Bytes;
use helm_release::Status;

use super::api::{ApiRequest, Resource};
use super::dry_run;
use super::gate::Gate;
use super::own::{self, Own};
use crate::{ApiStatus, Verb};

/// What Helm was started for.
#[derive(Debug, Clone)]
pub(crate) enum Mode {
    /// Helm works on the cluster, as far as the gate lets it.
    Live {
        gate: Gate,
        /// The closed gate has kept something back already.
        denied: bool,
        /// Data and definitions outlive the release: claims, namespaces and custom resource
        /// definitions are not deleted.
        keep_data: bool,
    },
    /// Helm believes it works on the cluster, and nothing it does lasts.
    Plan,
}

/// One request as it came from Helm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) request: &'a ApiRequest,
    pub(crate) query: Option<&'a str>,
    pub(crate) content_type: &'a str,
    pub(crate) body: &'a [u8],
}

/// What happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It goes to the cluster as it is.
    Forward,
    /// It goes to the cluster with this query, and this body where one is given, neither of which lets it last.
    ForwardAsDryRun { query: String, body: Option<Bytes> },
    /// Helm is told that it is done, with the object it sent.
    Echo { code: u16 },
    /// Helm is told that the object is gone; it stays.
    Keep,
    /// Helm is told no.
    Refuse(ApiStatus),
}

/// Decides about one request; pure, so that every case can be tried in a table.
pub(crate) fn decide(mode: &Mode, own: &Own, seen: Seen<'_>) -> Decision {
    match mode {
        Mode::Live { gate, denied, keep_data } => live(gate, *denied, own, seen, *keep_data),
        Mode::Plan => plan(own, seen),
    }
}

fn live(gate: &Gate, denied: bool, own: &Own, seen: Seen<'_>, keep_data: bool) -> Decision {
    match (gate, seen.request) {
        (Gate::Fenced(reason), _) => refuse(reason),
        // Helm passes over what it cannot delete, and would record a success that was none.
        (Gate::Cancelled(reason), ApiRequest::Write { verb: Verb::Update, resource })
            if denied && own.names(resource) && !records_failure(seen) =>
        {
            refuse(reason)
        }
        // Helm must be able to record that it failed, and to read what it records; nothing new begins.
        (
            Gate::Cancelled(_),
            ApiRequest::Read { resource: Some(resource), .. }
            | ApiRequest::Write { verb: Verb::Update, resource },
        ) if own.names(resource) => Decision::Forward,
        (Gate::Cancelled(reason), _) => refuse(reason),
        (Gate::Open, ApiRequest::Unknown) => refuse("the relay does not know this kind of request"),
        (Gate::Open, ApiRequest::Write { verb: Verb::Delete, resource })
            if keep_data && holds_data(resource) =>
        {
            Decision::Keep
        }
        (Gate::Open, _) => Decision::Forward,
    }
}

fn plan(own: &Own, seen: Seen<'_>) -> Decision {
    let (verb, resource) = match seen.request {
        ApiRequest::Read { .. } => return Decision::Forward,
        ApiRequest::Unknown => return refuse("a plan may not send a request that the relay does not know"),
        ApiRequest::Write { verb, resource } => (*verb, resource),
    };
    if own.creates(resource, seen.content_type, seen.body) && verb == Verb::Create {
        return Decision::Echo { code: 201 };
    }
    if own.names(resource) {
        return match verb {
            Verb::Update => Decision::Echo { code: 200 },
            Verb::Delete => Decision::Keep,
            _ => refuse("a plan cannot answer this write to a release Secret"),
        };
    }
    match dry_run::rewrite(verb, resource, seen.query, seen.content_type, seen.body) {
        Ok(dry_run::Rewritten { query, body }) => Decision::ForwardAsDryRun { query, body },
        Err(why) => refuse(&format!("a plan may not send what it cannot prove to be a dry run: {why}")),
    }
}

fn records_failure(seen: Seen<'_>) -> bool {
    own::release(seen.content_type, seen.body).is_some_and(|release| *release.status() == Status::Failed)
}

fn holds_data(resource: &Resource) -> bool {
    matches!(
        (resource.group.as_str(), resource.resource.as_str()),
        ("", "persistentvolumeclaims" | "namespaces") | ("apiextensions.k8s.io", "customresourcedefinitions")
    )
}

fn refuse(message: &str) -> Decision {
    Decision::Refuse(ApiStatus::refusal(403, "Forbidden", message))
}
