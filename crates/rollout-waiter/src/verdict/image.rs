//! What a registry's answer means.
//!
//! Runtimes word the same answer differently, so classes are matched loosely; what is shown to
//! people is always the whole message.

use crate::cause::Cause;

/// The class of a failed pull.
pub(super) fn class(message: &str) -> Cause {
    let text = outside_quotes(message).to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["429 too many", "toomanyrequests", "too many requests", "rate limit"]) {
        Cause::ImageRateLimited
    } else if says(&[
        "pull access denied",
        "authorization failed",
        "unauthorized",
        "authentication required",
        "no basic auth credentials",
        "401 ",
        "403 ",
        "access forbidden",
        "denied:",
    ]) {
        Cause::ImageAuth
    } else if says(&["no such host", "timeout", "connection refused", "deadlineexceeded"]) {
        Cause::ImageUnreachable
    } else if says(&["not found", "manifest unknown", "name unknown", "notfound"]) {
        Cause::ImageNotFound
    } else {
        Cause::ImageUnreachable
    }
}

/// The message without what stands in quotes: an image may be called `unauthorized/not-found`.
fn outside_quotes(message: &str) -> String {
    message.split('"').step_by(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_and_runtimes_word_it_differently() {
        for (message, cause) in [
            (
                "rpc error: code = NotFound desc = failed to pull and unpack image \"a/b:1\": failed to resolve image: a/b:1: not found",
                Cause::ImageNotFound,
            ),
            ("failed to resolve reference \"a/b:1\": a/b:1: not found", Cause::ImageNotFound),
            ("manifest for a/b:1 not found: manifest unknown: manifest unknown", Cause::ImageNotFound),
            (
                "unexpected status from HEAD request to https://a/v2/b/manifests/1: 429 Too Many Requests",
                Cause::ImageRateLimited,
            ),
            ("toomanyrequests: You have reached your pull rate limit.", Cause::ImageRateLimited),
            (
                "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
                Cause::ImageAuth,
            ),
            (
                "unexpected status from HEAD request to https://a/v2/b/manifests/1: 401 Unauthorized",
                Cause::ImageAuth,
            ),
            (
                "failed to do request: Head \"https://a/v2/b\": dial tcp: lookup a on 10.0.0.53:53: no such host",
                Cause::ImageUnreachable,
            ),
            (
                "failed to do request: Head \"https://a/v2/b\": dial tcp 10.0.0.1:443: i/o timeout",
                Cause::ImageUnreachable,
            ),
            (
                "unexpected status from HEAD request to https://a/v2/b/manifests/1: 503 Service Unavailable",
                Cause::ImageUnreachable,
            ),
            ("Back-off pulling image \"a/not found:1\"", Cause::ImageUnreachable),
            ("", Cause::ImageUnreachable),
        ] {
            assert_eq!(class(message), cause, "{message}");
        }
    }
}
