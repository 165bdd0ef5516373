//! One answer, composed or recorded.

use http::StatusCode;
use serde_json::Value;

use super::Play;

/// What a responder says.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A composed answer, sent at once.
    Whole(Whole),
    /// A recorded answer, sent as it was received then.
    Played(Box<Play>),
}

/// A composed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Whole {
    pub(crate) status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// An answer with a body of a type.
    pub(crate) fn new(status: StatusCode, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type", content_type.to_owned())];
        Self::Whole(Whole { status, headers, body: body.into() })
    }

    /// An answer without body and type.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self::Whole(Whole { status, headers: Vec::new(), body: Vec::new() })
    }

    /// JSON as Python's `json.dumps` writes it: a blank after each comma and colon.
    pub(crate) fn python_json(status: StatusCode, content_type: &'static str, value: &Value) -> Self {
        Self::new(status, content_type, python(value))
    }

    /// The same answer with one more header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Whole(whole) = &mut self {
            whole.headers.push((name, value.into()));
        }
        self
    }

    /// The status line's number.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Whole(whole) => whole.status.as_u16(),
            Self::Played(play) => play.status,
        }
    }
}

impl Whole {
    /// The bytes on the wire; `with_body` is false for HEAD.
    pub(crate) fn bytes(&self, with_body: bool) -> Vec<u8> {
        let reason = self.status.canonical_reason().unwrap_or_default();
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", self.status.as_u16());
        for (name, value) in &self.headers {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        head.push_str(&format!("Content-Length: {}\r\nConnection: keep-alive\r\n\r\n", self.body.len()));
        let mut bytes = head.into_bytes();
        if with_body {
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }
}

#[cfg(test)]
impl Answer {
    /// The body of a composed answer as text.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Whole(whole) => String::from_utf8(whole.body.clone()).unwrap(),
            Self::Played(play) => panic!("a recording, not a composed answer: {play:?}"),
        }
    }
}

fn python(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let field =
                |(key, value): (&String, &Value)| format!("{}: {}", Value::from(key.as_str()), python(value));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composed_answer_is_a_whole_http_answer() {
        let Answer::Whole(whole) = Answer::new(StatusCode::NOT_FOUND, "text/html", "no").with("Allow", "GET")
        else {
            panic!("composed");
        };
        let text = String::from_utf8(whole.bytes(true)).unwrap();
        assert_eq!(
            text,
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nAllow: GET\r\nContent-Length: 2\r\n\
             Connection: keep-alive\r\n\r\nno"
        );
        assert!(whole.bytes(false).ends_with(b"Content-Length: 2\r\nConnection: keep-alive\r\n\r\n"));
    }

    #[test]
    fn json_looks_as_python_writes_it() {
        let value = serde_json::json!({"a": [1, true, null], "b": {"c": "x, \"y\": z"}});
        assert_eq!(python(&value), r#"{"a": [1, true, null], "b": {"c": "x, \"y\": z"}}"#);
    }
}
