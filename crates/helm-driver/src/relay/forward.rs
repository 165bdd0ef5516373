//! Carrying a request to the cluster and its answer back.

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, IF_NONE_MATCH,
    RETRY_AFTER, TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, Uri};
use http_body_util::BodyExt as _;
use kube::client::Body;

use super::answer;
use super::api::ApiRequest;
use super::body::{Reply, passed_on, whole};
use super::decide::{Decision, Seen, decide};
use super::own::Own;
use super::record;
use super::retry::{self, Attempt};
use super::server::Shared;
use crate::ApiStatus;
use crate::error::chain;

/// One request of Helm's.
pub(crate) struct Call {
    /// Requests are counted as they come.
    pub(crate) number: usize,
    pub(crate) parts: Parts,
    pub(crate) request: ApiRequest,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

/// What is passed on of a request, one value each. Nothing that speaks of credentials is among it: the
/// cluster's are added behind the relay, and nobody may ask to be someone else.
const PASSED_ON: [HeaderName; 4] = [ACCEPT, CONTENT_TYPE, IF_NONE_MATCH, USER_AGENT];

impl Call {
    /// The request as the decision sees it.
    pub(crate) fn seen(&self) -> Seen<'_> {
        Seen {
            request: &self.request,
            query: self.parts.uri.query(),
            content_type: &self.content_type,
            body: &self.body,
        }
    }

    /// Gives the request a query and a body by which it cannot last.
    pub(crate) fn make_dry_run(&mut self, query: &str, body: Option<Bytes>) -> Result<(), Box<ApiStatus>> {
        let target = format!("{}?{query}", self.parts.uri.path());
        self.parts.uri = target.parse().map_err(|error| {
            Box::new(ApiStatus::refusal(
                400,
                "BadRequest",
                format!("the relay cannot ask for `{target}`: {error}"),
            ))
        })?;
        if let Some(body) = body {
            self.body = body;
            self.content_type = "application/json".to_owned();
            self.parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(())
    }

    /// Path and query alone: where they go is the client's to say.
    fn target(&self) -> Uri {
        self.parts.uri.path_and_query().cloned().map(Uri::from).unwrap_or_default()
    }

    /// Whether the answer is taken apart here: it goes on to Helm in one piece then.
    fn is_read_by_us(&self, own: &Own) -> bool {
        match &self.request {
            ApiRequest::Read { resource: Some(resource), watch: false } => {
                resource.name.is_some() && resource.subresource.is_none() && !own.names(resource)
            }
            ApiRequest::Read { .. } => false,
            ApiRequest::Write { .. } | ApiRequest::Unknown => true,
        }
    }

    fn headers(&self, own: &Own) -> HeaderMap {
        let value = |name: &HeaderName| Some((name.clone(), self.parts.headers.get(name)?.clone()));
        let mut headers: HeaderMap = PASSED_ON.iter().filter_map(value).collect();
        if matches!(self.request, ApiRequest::Write { .. }) {
            // Helm 4 asks for protobuf and takes JSON as well.
            headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        } else if !self.is_read_by_us(own)
            && let Some(encoding) = self.parts.headers.get(ACCEPT_ENCODING)
        {
            headers.insert(ACCEPT_ENCODING, encoding.clone());
        }
        headers
    }
}

/// Sends a request to the cluster, again where that is safe, and brings the answer back.
pub(crate) async fn forward(shared: &Shared, call: Call) -> Response<Reply> {
    let headers = call.headers(&shared.own);
    for attempt in 0.. {
        // The gate may have closed since the decision, or during a pause.
        if attempt > 0
            && let Decision::Refuse(status) = decide(&shared.mode(), &shared.own, call.seen())
        {
            record::refused(shared, &call, &status);
            return answer::refusal(&status);
        }
        let sent = tokio::select! {
            sent = send(shared, &call, headers.clone()) => sent,
            // What is already on its way cannot be called back, but nobody waits for it.
            () = shared.switch.fenced() => continue,
        };
        let ended = match &sent {
            Ok(response) => Attempt::Answered {
                code: response.status().as_u16(),
                retry_after: response.headers().contains_key(RETRY_AFTER),
            },
            Err(_) => Attempt::Lost,
        };
        if let Some(pause) =
            retry::pause(&call.request, &call.parts.method, &call.content_type, attempt, ended)
        {
            tokio::select! { () = tokio::time::sleep(pause) => {}, () = shared.switch.fenced() => {} }
            continue;
        }
        return match sent {
            Ok(response) => bring_back(shared, &call, response).await,
            Err(error) => lost(shared, &call, &error),
        };
    }
    answer::refusal(&ApiStatus::refusal(503, "ServiceUnavailable", "no attempt was left"))
}

async fn send(shared: &Shared, call: &Call, headers: HeaderMap) -> Result<Response<Body>, kube::Error> {
    let mut request = Request::new(shared.once.make(call.body.clone()).await?);
    *request.method_mut() = call.parts.method.clone();
    *request.uri_mut() = call.target();
    *request.headers_mut() = headers;
    shared.client.send(request).await
}

fn lost(shared: &Shared, call: &Call, error: &kube::Error) -> Response<Reply> {
    let text = chain(error);
    let status =
        ApiStatus::refusal(503, "ServiceUnavailable", format!("the cluster cannot be reached: {text}"));
    record::lost(shared, call, text);
    answer::refusal(&status)
}

async fn bring_back(shared: &Shared, call: &Call, response: Response<Body>) -> Response<Reply> {
    // Only what stays unanswered to the end is a reason for how it ends.
    shared.observed().lost = None;
    let (mut parts, body) = response.into_parts();
    for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, TRAILER, UPGRADE] {
        parts.headers.remove(name);
    }
    let failed = !parts.status.is_success();
    if !failed && !call.is_read_by_us(&shared.own) {
        return Response::from_parts(parts, passed_on(body, shared.switch.clone()));
    }
    match body.collect().await {
        Ok(body) => {
            let body = body.to_bytes();
            record::answered(shared, call, parts.status.as_u16(), &body)
                .unwrap_or_else(|| Response::from_parts(parts, whole(body)))
        }
        Err(error) => lost(shared, call, &error),
    }
}
