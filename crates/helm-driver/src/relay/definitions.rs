//! Definitions that a plan has tried to create, answered for as if they were served.
//!
//! At a first install Helm creates what lies in a chart's `crds/`, waits until it is served, and only then
//! looks at the objects of these kinds. In a plan none of it lasts, so what Helm looks for is added to what
//! the cluster answers: the definition itself, and its kinds in the discovery.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde_json::{Value, json};

use super::answer;
use super::api::{ApiRequest, Resource};
use super::body::{Reply, whole};
use super::forward::Call;
use crate::ApiStatus;

/// What may be done with objects of a custom kind.
const VERBS: [&str; 8] = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

/// The definitions of one plan, by name, as the API server would have stored them.
#[derive(Default)]
pub(crate) struct Definitions(Mutex<BTreeMap<String, Value>>);

impl Definitions {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a definition that a dry run created.
    pub(crate) fn learn(&self, definition: &Value) {
        if let Some(name) = definition.pointer("/metadata/name").and_then(Value::as_str) {
            self.all().insert(name.to_owned(), served(definition.clone()));
        }
    }

    /// The name of the definition that this kind of objects would be served by.
    pub(crate) fn of(&self, resource: &Resource) -> Option<String> {
        let name = format!("{}.{}", resource.resource, resource.group);
        self.all().contains_key(&name).then_some(name)
    }

    /// The answer to a read whose truth these definitions change; none where the cluster's is right.
    pub(crate) async fn answer(&self, client: &kube::Client, call: &Call) -> Option<Response<Reply>> {
        if self.all().is_empty() {
            return None;
        }
        match &call.request {
            ApiRequest::Read { resource: Some(resource), watch } if is_definitions(resource) => {
                match (&resource.name, watch) {
                    (Some(name), false) => Some(answer::json(200, self.all().get(name)?.to_string())),
                    (None, false) => {
                        let items: Vec<Value> = self.all().values().cloned().collect();
                        with_more(client, call, |list| append(list, "items", items)).await
                    }
                    // Whoever hears this lists first, and then watches.
                    (_, true) if call.parts.uri.query()?.contains("sendInitialEvents=true") => {
                        Some(answer::refusal(&ApiStatus::refusal(422, "Invalid", "a plan streams no list")))
                    }
                    (_, true) => None,
                }
            }
            ApiRequest::Read { resource: None, .. } if call.parts.uri.path() == "/apis" => {
                let groups: Vec<Value> = self.all().values().map(group).collect();
                with_more(client, call, |list| append(list, "items", groups)).await
            }
            _ => None,
        }
    }
}

/// Whether the path names custom resource definitions.
pub(crate) fn is_definitions(resource: &Resource) -> bool {
    resource.group == "apiextensions.k8s.io"
        && resource.resource == "customresourcedefinitions"
        && resource.subresource.is_none()
}

/// The definition as it is once the API server has taken it up.
fn served(mut definition: Value) -> Value {
    let names = definition.pointer("/spec/names").cloned().unwrap_or_default();
    let condition = |kind: &str, reason: &str| json!({"type": kind, "status": "True", "reason": reason, "message": "", "lastTransitionTime": "2000-01-01T00:00:00Z"});
    if let Some(fields) = definition.as_object_mut() {
        let conditions =
            [condition("NamesAccepted", "NoConflicts"), condition("Established", "InitialNamesAccepted")];
        fields.insert(
            "status".to_owned(),
            json!({"conditions": conditions, "acceptedNames": names, "storedVersions": []}),
        );
    }
    definition
}

/// A definition's group, as the discovery has it.
fn group(definition: &Value) -> Value {
    let text = |pointer: &str| definition.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (group, kind) = (text("/spec/group"), text("/spec/names/kind"));
    let versions = definition.pointer("/spec/versions").and_then(Value::as_array);
    let served = versions.into_iter().flatten().filter(|it| it.get("served") == Some(&Value::Bool(true)));
    let versions = served.filter_map(|it| it.get("name")).map(|version| {
        let resource = json!({
            "resource": text("/spec/names/plural"),
            "responseKind": {"group": group, "version": version, "kind": kind},
            "scope": text("/spec/scope"),
            "singularResource": text("/spec/names/singular"),
            "verbs": VERBS,
        });
        json!({"version": version, "resources": [resource], "freshness": "Current"})
    });
    json!({"metadata": {"name": group}, "versions": versions.collect::<Vec<_>>()})
}

/// Adds to a list of the cluster's. A group may be listed twice: what is said of it adds up.
fn append(list: &mut Value, field: &str, more: Vec<Value>) {
    match list.get_mut(field) {
        Some(Value::Array(items)) => items.extend(more),
        _ => drop(list.as_object_mut().map(|list| list.insert(field.to_owned(), more.into()))),
    }
}

/// What the cluster answers, with something added; none where it does not answer as expected.
async fn with_more(
    client: &kube::Client,
    call: &Call,
    add: impl FnOnce(&mut Value),
) -> Option<Response<Reply>> {
    let mut request = Request::get(call.parts.uri.path_and_query()?.as_str());
    if let Some(accept) = call.parts.headers.get(ACCEPT) {
        request = request.header(ACCEPT, accept.clone());
    }
    let response = client.send(request.body(Body::empty()).ok()?).await.ok()?;
    let (parts, body) = response.into_parts();
    let mut list: Value = serde_json::from_slice(&body.collect().await.ok()?.to_bytes()).ok()?;
    if !parts.status.is_success() || list.get("kind")?.as_str()? == "APIGroupList" {
        return None;
    }
    add(&mut list);
    // The form of the answer is in its type; no tag, so that nobody keeps it for later.
    let json = HeaderValue::from_static("application/json");
    let content_type = parts.headers.get(CONTENT_TYPE).cloned().unwrap_or(json);
    let mut answer = Response::new(whole(Bytes::from(list.to_string())));
    answer.headers_mut().insert(CONTENT_TYPE, content_type);
    Some(answer)
}
