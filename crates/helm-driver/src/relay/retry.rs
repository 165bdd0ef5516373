//! Which requests the relay repeats, and when.

use std::time::Duration;

use http::Method;

use super::api::{ApiRequest, media_type};

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// With this code; the server asked for a pause itself, or did not.
    Answered { code: u16, retry_after: bool },
    /// Without an answer.
    Lost,
}

/// Pauses before the second and each further attempt: long enough for a leader election's hiccup,
/// short enough that a cluster that is not there is reported at once.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1000)];

/// The pause before the next attempt, or none where the answer is final.
///
/// Where the server asks for a pause, Helm's own client honours it up to ten times, and each of its
/// attempts passes the gate again; so the relay leaves those to it.
pub(crate) fn pause(
    request: &ApiRequest,
    method: &Method,
    content_type: &str,
    attempt: usize,
    ended: Attempt,
) -> Option<Duration> {
    let again = match ended {
        Attempt::Answered { retry_after: true, .. } => false,
        // The server did not look at the request.
        Attempt::Answered { code: 429, .. } => true,
        // It, or something before it, may have.
        Attempt::Answered { code: 502..=504, .. } | Attempt::Lost => {
            is_idempotent(request, method, content_type)
        }
        Attempt::Answered { .. } => false,
    };
    PAUSES.get(attempt).copied().filter(|_| again)
}

/// Whether doing it twice is doing it once. A JSON patch may test or append, a create makes a second object.
fn is_idempotent(request: &ApiRequest, method: &Method, content_type: &str) -> bool {
    match request {
        ApiRequest::Read { .. } => true,
        ApiRequest::Unknown => false,
        ApiRequest::Write { .. } if method == Method::PATCH => {
            media_type(content_type) != "application/json-patch+json"
        }
        ApiRequest::Write { .. } => matches!(*method, Method::PUT | Method::DELETE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_safe_is_repeated_and_not_for_ever() {
        let answered = |code| Attempt::Answered { code, retry_after: false };
        let merge = "application/merge-patch+json";
        let cases = [
            ("GET", "", answered(503), true),
            ("GET", "", Attempt::Lost, true),
            ("GET", "", answered(404), false),
            ("POST", "application/json", answered(503), false),
            ("POST", "application/json", Attempt::Lost, false),
            ("POST", "application/json", answered(429), true),
            ("POST", "application/json", Attempt::Answered { code: 429, retry_after: true }, false),
            ("PUT", "application/json", answered(503), true),
            ("PATCH", merge, Attempt::Lost, true),
            ("PATCH", "application/json-patch+json", answered(503), false),
            ("DELETE", "application/json", answered(504), true),
            ("PATCH", merge, answered(409), false),
        ];
        for (method, content_type, ended, want) in cases {
            let method: Method = method.parse().unwrap();
            let name = if method == Method::POST { "" } else { "/a" };
            let path = format!("/api/v1/namespaces/prod/configmaps{name}");
            let request = ApiRequest::parse(&method, &path, None, content_type);
            assert_eq!(
                pause(&request, &method, content_type, 0, ended).is_some(),
                want,
                "{method} {ended:?}"
            );
            assert_eq!(pause(&request, &method, content_type, PAUSES.len(), ended), None);
        }
    }
}
