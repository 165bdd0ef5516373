//! One BinderHub event, typed.

use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use crate::Phase;
use crate::text::{clean_line, clean_lines};

/// What one event said. Fields we do not know, or of a type we do not expect, are ignored.
#[derive(Debug)]
pub(crate) struct Event {
    /// The phase, where the event names one: `Picked Git content provider.` does not.
    pub(crate) phase: Option<Phase>,
    /// The message, line by line, safe to show.
    pub(crate) lines: Vec<String>,
    /// The image, as `image` or `imageName`.
    pub(crate) image: Option<String>,
    /// The HTTP status BinderHub would have answered with; only in errors it raises itself.
    pub(crate) status: Option<u64>,
    /// Set on `ready` alone.
    pub(crate) ready: Option<Ready>,
}

/// What a `ready` event hands over. `binder_client_ip` is dropped here and kept nowhere.
#[derive(Debug)]
pub(crate) struct Ready {
    /// Where the server is; absent where only a build was asked for.
    pub(crate) url: Option<Url>,
    /// Whoever holds it may run code in the server.
    pub(crate) token: Option<SecretString>,
    /// The repository BinderHub launched.
    pub(crate) repo_url: Option<String>,
    /// The commit it resolved the reference to.
    pub(crate) resolved: Option<String>,
}

/// The data was no JSON object. What it was is not kept: it may be half of a `ready` event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl Event {
    /// Reads the data of one event.
    pub(crate) fn parse(data: &str) -> Result<Self, Malformed> {
        let mut fields: Map<String, Value> = serde_json::from_str(data).map_err(|_| Malformed)?;
        let phase = text(&mut fields, "phase").map(|name| Phase::parse(&name));
        let token = text(&mut fields, "token").filter(|token| !token.is_empty());
        let mut message = text(&mut fields, "message").unwrap_or_default();
        if let Some(token) = &token {
            message = message.replace(token.as_str(), "[token]");
        }
        let image = text(&mut fields, "image").or_else(|| text(&mut fields, "imageName"));
        let ready = (phase == Some(Phase::Ready)).then(|| Ready {
            url: text(&mut fields, "url").and_then(|url| Url::parse(&url).ok()).filter(is_http),
            token: token.map(SecretString::from),
            repo_url: text(&mut fields, "repo_url").map(|url| clean_line(&url)),
            resolved: text(&mut fields, "binder_persistent_request")
                .and_then(|request| request.rsplit_once('/').map(|(_, commit)| clean_line(commit))),
        });
        Ok(Self {
            phase,
            lines: clean_lines(&message),
            image: image.map(|image| clean_line(&image)),
            status: fields.get("status_code").and_then(Value::as_u64),
            ready,
        })
    }
}

fn text(fields: &mut Map<String, Value>, key: &str) -> Option<String> {
    match fields.remove(key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    const READY: &str = r#"{"phase": "ready", "message": "server running at https://hub.example/user/a/?token=s3cr3t-t0ken\n",
        "image": "r/i:1", "repo_url": "https://github.com/o/r", "token": "s3cr3t-t0ken", "binder_client_ip": "192.0.2.7",
        "binder_persistent_request": "v2/gh/o/r/0cf6e6f", "url": "https://hub.example/user/a/"}"#;

    #[test]
    fn a_ready_event_keeps_its_secrets() {
        let event = Event::parse(READY).unwrap();
        let shown = format!("{event:?}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
        assert!(!shown.contains("192.0.2.7"), "{shown}");
        assert_eq!(event.lines, ["server running at https://hub.example/user/a/?token=[token]"]);
        let ready = event.ready.unwrap();
        assert_eq!(ready.token.unwrap().expose_secret(), "s3cr3t-t0ken");
        assert_eq!(ready.resolved.as_deref(), Some("0cf6e6f"));
        assert_eq!(event.image.as_deref(), Some("r/i:1"));
    }

    #[test]
    fn odd_events() {
        assert_eq!(Event::parse("not json").unwrap_err(), Malformed);
        assert_eq!(Event::parse("[]").unwrap_err(), Malformed);
        let event = Event::parse(r#"{"message": "Picked Git content provider.\n"}"#).unwrap();
        assert_eq!(event.phase, None);
        let event = Event::parse(r#"{"phase": "ready", "url": "javascript:alert(1)", "token": 7}"#).unwrap();
        let ready = event.ready.unwrap();
        assert!(ready.url.is_none() && ready.token.is_none());
        let event =
            Event::parse(r#"{"phase": "Failed", "status_code": 429, "message": 5, "new": {}}"#).unwrap();
        assert_eq!((event.phase, event.status, event.lines.len()), (Some(Phase::Failed), Some(429), 0));
    }
}
