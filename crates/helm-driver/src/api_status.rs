//! The API server's own account of a failure.

use serde_json::{Value, json};

/// A Kubernetes `Status` that reports a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiStatus {
    /// The HTTP code.
    pub code: u16,
    /// The machine's word: `Forbidden`, `Invalid`, `AlreadyExists`.
    pub reason: String,
    /// The sentence.
    pub message: String,
    /// The kind, or in some answers the resource, that it is about.
    pub kind: Option<String>,
    /// The name of the object that it is about.
    pub name: Option<String>,
    /// The single faults, field by field.
    pub causes: Vec<ApiCause>,
}

/// One fault inside a [`ApiStatus`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiCause {
    /// The machine's word: `FieldValueInvalid`.
    pub reason: String,
    /// The sentence.
    pub message: String,
    /// The path of the field, where there is one.
    pub field: String,
}

impl ApiStatus {
    /// A refusal of our own, in the words that Helm will repeat.
    pub(crate) fn refusal(code: u16, reason: &str, message: impl Into<String>) -> Self {
        Self { code, reason: reason.to_owned(), message: message.into(), ..Self::default() }
    }

    /// The `Status` in a response body; what is none becomes a status with the body's beginning as message.
    pub(crate) fn read(code: u16, body: &[u8]) -> Self {
        let parsed: Option<Value> = serde_json::from_slice(body).ok();
        let Some(status) = parsed.filter(|value| value.get("kind").and_then(Value::as_str) == Some("Status"))
        else {
            let text: String = String::from_utf8_lossy(body).trim().chars().take(500).collect();
            return Self { code, message: text, ..Self::default() };
        };
        let text =
            |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let details = status.get("details").cloned().unwrap_or_default();
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let causes = details.get("causes").and_then(Value::as_array);
        Self {
            code,
            reason: text(&status, "reason"),
            message: text(&status, "message"),
            kind: some(text(&details, "kind")),
            name: some(text(&details, "name")),
            causes: causes
                .into_iter()
                .flatten()
                .map(|cause| ApiCause {
                    reason: text(cause, "reason"),
                    message: text(cause, "message"),
                    field: text(cause, "field"),
                })
                .collect(),
        }
    }

    /// The JSON that an API server would send.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        json!({
            "apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Failure",
            "code": self.code, "reason": self.reason, "message": self.message,
        })
        .to_string()
        .into_bytes()
    }
}

impl std::fmt::Display for ApiStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.message.is_empty() {
            write!(f, "the cluster answered {} {}", self.code, self.reason)
        } else {
            f.write_str(&self.message)
        }
    }
}

impl std::error::Error for ApiStatus {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_with_its_causes_and_what_is_none_is_kept_as_text() {
        let body = br#"{"kind":"Status","status":"Failure","message":"m","reason":"Invalid","code":422,
            "details":{"kind":"Deployment","name":"hub","causes":[{"reason":"FieldValueInvalid","message":"c","field":"spec.selector"}]}}"#;
        let status = ApiStatus::read(422, body);
        assert_eq!((status.reason.as_str(), status.name.as_deref()), ("Invalid", Some("hub")));
        assert_eq!(status.causes[0].field, "spec.selector");
        let html = ApiStatus::read(502, b"<html>bad gateway</html>\n");
        assert_eq!((html.code, html.to_string().as_str()), (502, "<html>bad gateway</html>"));
    }

    #[test]
    fn our_refusal_is_read_back_as_it_was_meant() {
        let refusal = ApiStatus::refusal(403, "Forbidden", "cancelled: \"x\"");
        assert_eq!(ApiStatus::read(403, &refusal.to_json()), refusal);
    }
}
