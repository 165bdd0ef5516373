//! The forms of Grafana's answers.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::accounts::Refusal;
use crate::wire::Answer;

/// What the handlers of the API write.
const JSON: &str = "application/json";
/// What the layers around the handlers write.
const JSON_UTF8: &str = "application/json; charset=UTF-8";

/// JSON as Go writes it: angle brackets and ampersands escaped.
fn go(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A handler's answer.
pub(crate) fn json(code: u16, value: &Value) -> Answer {
    Answer::new(status(code), JSON, go(value))
}

/// A handler's message.
pub(crate) fn message(code: u16, text: &str) -> Answer {
    json(code, &json!({"message": text}))
}

/// A handler's error.
pub(crate) fn error(code: u16, text: &str) -> Answer {
    json(code, &json!({"message": text, "traceID": ""}))
}

/// Who asks is not known.
pub(crate) fn unauthorized(refusal: &Refusal) -> Answer {
    let mut body = json!({"message": refusal.message});
    if refusal.traced
        && let Some(fields) = body.as_object_mut()
    {
        fields.insert("traceID".to_owned(), "".into());
    }
    Answer::new(StatusCode::UNAUTHORIZED, JSON_UTF8, go(&body))
}

/// Who asks may not; the number of the error is only to be found in a log.
pub(crate) fn forbidden(permission: &str) -> Answer {
    let text = "You'll need additional permissions to perform this action. Permissions needed: ";
    let body = json!({
        "accessErrorId": "ACE0000000000",
        "message": format!("{text}{permission}"),
        "title": "Access denied",
    });
    Answer::new(StatusCode::FORBIDDEN, JSON_UTF8, go(&body))
}

/// No such path of the API.
pub(crate) fn nothing() -> Answer {
    Answer::new(StatusCode::NOT_FOUND, JSON_UTF8, go(&json!({"message": "Not found"})))
}

/// The health of the server.
pub(crate) fn health() -> Answer {
    let body = "{\n  \"commit\": \"\",\n  \"database\": \"ok\",\n  \"version\": \"10.0.0-preview\"\n}";
    Answer::new(StatusCode::OK, JSON_UTF8, body)
}

/// A page for people, of which the recorded server had none either.
pub(crate) fn html(code: u16) -> Answer {
    let body = "<!doctype html><title>Grafana</title><p>no frontend in this build</p>\n";
    Answer::new(status(code), "text/html; charset=UTF-8", body)
}

/// A redirect; only what reads gets a body.
pub(crate) fn redirect(code: u16, location: &str, method: &Method) -> Answer {
    let status = status(code);
    let answer = if method == Method::GET || method == Method::HEAD {
        let reason = status.canonical_reason().unwrap_or_default();
        let body = format!("<a href=\"{location}\">{reason}</a>.\n\n");
        Answer::new(status, "text/html; charset=utf-8", body)
    } else {
        Answer::empty(status)
    };
    answer.with("Location", location)
}
