//! Answers that the relay gives itself.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use super::body::{Reply, whole};
use crate::ApiStatus;

/// A refusal, as the API server would word it.
pub(crate) fn refusal(status: &ApiStatus) -> Response<Reply> {
    with(status.code, HeaderValue::from_static("application/json"), status.to_json())
}

/// The object that was sent, as if it had been stored.
pub(crate) fn echo(code: u16, content_type: &str, body: Bytes) -> Response<Reply> {
    with(
        code,
        HeaderValue::from_str(content_type).unwrap_or(HeaderValue::from_static("application/json")),
        body,
    )
}

/// A JSON answer.
pub(crate) fn json(code: u16, body: impl Into<Bytes>) -> Response<Reply> {
    with(code, HeaderValue::from_static("application/json"), body)
}

/// The word of a server that deleted something.
pub(crate) fn deleted() -> Response<Reply> {
    let status = br#"{"apiVersion":"v1","kind":"Status","metadata":{},"status":"Success"}"#;
    with(200, HeaderValue::from_static("application/json"), Bytes::from_static(status))
}

fn with(code: u16, content_type: HeaderValue, body: impl Into<Bytes>) -> Response<Reply> {
    let mut response = Response::new(whole(body));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
