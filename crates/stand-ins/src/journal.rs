//! One JSON line a request, without its secrets.

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use crate::wire::Request;

/// The log of requests.
pub(crate) struct Journal(Option<Mutex<Box<dyn Write + Send>>>);

#[derive(Debug, Serialize)]
struct Line<'a> {
    at: Timestamp,
    host: &'a str,
    method: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accept: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
    bytes: usize,
    status: u16,
}

impl Journal {
    pub(crate) fn new(sink: Option<Box<dyn Write + Send>>) -> Self {
        Self(sink.map(Mutex::new))
    }

    /// Writes a line; a log that cannot be written is no reason to stop serving.
    pub(crate) fn record(&self, request: &Request, status: u16, at: Timestamp) {
        let Some(sink) = &self.0 else { return };
        if let Ok(mut text) = serde_json::to_vec(&line(request, status, at)) {
            text.push(b'\n');
            let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = sink.write_all(&text).and_then(|()| sink.flush());
        }
    }
}

fn line(request: &Request, status: u16, at: Timestamp) -> Line<'_> {
    Line {
        at,
        host: request.host(),
        method: request.method.as_str(),
        path: request.path(),
        query: request.uri.query().map(masked_query),
        accept: request.header("accept"),
        authorization: request.header("authorization").map(masked),
        user_agent: request.header("user-agent"),
        bytes: request.body.len(),
        status,
    }
}

/// `Bearer SECRET` as `Bearer sha256:...`: equal secrets stay equal.
fn masked(header: &str) -> String {
    match header.split_once(' ') {
        Some((scheme, secret)) => format!("{scheme} {}", hash(secret)),
        None => hash(header),
    }
}

fn masked_query(query: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| {
        let secret = name == "token" || name == "build_token";
        format!("{name}={}", if secret { hash(&value) } else { value.into_owned() })
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn hash(secret: &str) -> String {
    let digest = Sha256::digest(secret.as_bytes());
    let digits: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::tests::request;

    #[test]
    fn a_line_tells_all_but_the_secrets() {
        let target = "/staging/hub/user/a/api/status?token=PLANTED1&x=y%20z";
        let headers = [("Authorization", "Bearer PLANTED2"), ("User-Agent", "probe/1"), ("Accept", "*/*")];
        let request = request("GET", target, &headers);
        let line = serde_json::to_string(&line(&request, 403, Timestamp::UNIX_EPOCH)).unwrap();
        insta::assert_snapshot!(line, @r#"{"at":"1970-01-01T00:00:00Z","host":"127.0.0.1:31080","method":"GET","path":"/staging/hub/user/a/api/status","query":"token=sha256:fff159a67d5f&x=y z","accept":"*/*","authorization":"Bearer sha256:cb88a02a5f21","user_agent":"probe/1","bytes":0,"status":403}"#);
        assert!(!line.contains("PLANTED"));
    }
}
