//! A plan's dry runs, tried side by side: Helm is answered at once, and the cluster's word comes after.
//!
//! Helm writes one object after the other and waits for each. Nothing that a dry run answers has a say in
//! what Helm asks next, so it is told what it expects; how the cluster took it is noted all the same, and
//! a plan with a dry run that was refused fails for that reason.

use std::sync::Arc;

use http::Response;
use serde_json::Value;

use super::answer;
use super::api::ApiRequest;
use super::body::Reply;
use super::definitions::is_definitions;
use super::forward::{self, Call};
use super::server::Shared;
use crate::Verb;

/// How many dry runs are under way at once: the API server gives one client few more.
pub(crate) const AT_ONCE: usize = 16;

/// Sends a dry run, and answers Helm: at once where its answer is known, else with the cluster's.
pub(crate) async fn send(shared: &Arc<Shared>, call: Call) -> Response<Reply> {
    let Some(answer) = expected(shared, &call) else { return forward::forward(shared, call).await };
    let tried = Arc::clone(shared);
    shared.writes.spawn(async move {
        // The semaphore is never closed; without a turn it is sent all the same.
        let _turn = tried.turns.acquire().await;
        forward::forward(&tried, call).await
    });
    answer
}

/// What Helm expects to hear.
fn expected(shared: &Shared, call: &Call) -> Option<Response<Reply>> {
    let ApiRequest::Write { verb, resource } = &call.request else { return None };
    // Helm goes on differently where a definition is there already.
    if is_definitions(resource) {
        return None;
    }
    let sent = || serde_json::from_slice::<Value>(&call.body).ok();
    let is_named = |object: &Value| object.pointer("/metadata/name").is_some_and(Value::is_string);
    match verb {
        Verb::Create => sent().filter(is_named).map(|_| answer::json(201, call.body.clone())),
        Verb::Apply => sent().filter(is_named).map(|_| answer::json(200, call.body.clone())),
        Verb::Patch => {
            let observed = shared.observed();
            let live = observed.read.get(call.parts.uri.path())?;
            Some(answer::json(200, live.to_string()))
        }
        Verb::Delete => Some(answer::deleted()),
        Verb::Update | Verb::DeleteCollection => None,
    }
}
