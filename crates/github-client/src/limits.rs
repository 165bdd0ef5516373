//! When a request may be sent again, from what its answer says.

use std::time::Duration;

use crate::{Error, Patience};

/// Whether a request does the same when it is sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It reads.
    Read,
    /// It writes the same again: an edit, or an object that is named by its content.
    Write,
    /// It would be there twice, unless somebody looks first.
    Never,
}

/// The pause before the next try, the `tries`-th having failed; `None`: there is none.
pub(crate) fn pause(error: &Error, repeat: Repeat, tries: u32, patience: &Patience) -> Option<Duration> {
    let doubled = |first: Duration| first.saturating_mul(1_u32.checked_shl(tries.min(10)).unwrap_or(1));
    match error {
        // Said before any work was done: even a write may be sent again.
        Error::RateLimited { wait: Some(wait), .. } => Some(*wait),
        Error::RateLimited { wait: None, .. } => Some(doubled(patience.unnamed_limit)),
        error if error.was_never_heard() => Some(doubled(patience.pause)),
        error if error.may_pass() && repeat != Repeat::Never => Some(doubled(patience.pause)),
        _ => None,
    }
}

/// What the headers of a refusal say of a limit: `Some(None)` is a limit that names no time.
///
/// `now` is the server's own clock from the header `Date`: the moment at which a limit ends is given
/// on that clock, and ours may be wrong.
pub(crate) fn limit(
    status: u16,
    message: &str,
    retry_after: Option<&str>,
    remaining: Option<&str>,
    reset: Option<&str>,
    now: Option<i64>,
) -> Option<Option<Duration>> {
    if !matches!(status, 403 | 429) {
        return None;
    }
    if let Some(seconds) = retry_after.and_then(|text| text.trim().parse().ok()) {
        return Some(Some(Duration::from_secs(seconds)));
    }
    if remaining.map(str::trim) == Some("0") {
        let reset: Option<i64> = reset.and_then(|text| text.trim().parse().ok());
        let left = reset.zip(now).map(|(reset, now)| reset.saturating_sub(now).max(0));
        // A second more: the clock of the header has no fractions.
        let left = left.and_then(|left| u64::try_from(left).ok()).map(|left| Duration::from_secs(left + 1));
        return Some(left);
    }
    let limited = status == 429 || message.to_ascii_lowercase().contains("rate limit");
    limited.then_some(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_refusal_is_a_limit_where_it_says_so() {
        let secondary = "You have exceeded a secondary rate limit.";
        for (status, message, after, remaining, reset, wanted) in [
            (403, secondary, Some("17"), None, None, Some(Some(17))),
            (403, secondary, None, None, None, Some(None)),
            (429, "", None, None, None, Some(None)),
            (429, "", Some("0"), None, None, Some(Some(0))),
            (403, "API rate limit exceeded", None, Some("0"), Some("1060"), Some(Some(61))),
            (403, "API rate limit exceeded", None, Some("0"), Some("900"), Some(Some(1))),
            (403, "API rate limit exceeded", None, Some("0"), None, Some(None)),
            (403, "Resource not accessible by integration", None, Some("4999"), Some("1060"), None),
            (500, secondary, Some("17"), None, None, None),
        ] {
            let wanted: Option<Option<u64>> = wanted;
            let wanted = wanted.map(|wait| wait.map(Duration::from_secs));
            assert_eq!(
                limit(status, message, after, remaining, reset, Some(1000)),
                wanted,
                "{message} {after:?}"
            );
        }
    }

    #[test]
    fn only_what_cannot_be_there_twice_is_sent_again() {
        let patience = Patience::default();
        let limited = Error::RateLimited { wait: Some(SECOND * 7), message: String::new() };
        let unnamed = Error::RateLimited { wait: None, message: String::new() };
        let broken = Error::Unavailable { status: 502 };
        let wrong = Error::NotFound { message: String::new() };
        for (error, repeat, tries, wanted) in [
            (&limited, Repeat::Never, 0, Some(SECOND * 7)),
            (&unnamed, Repeat::Never, 0, Some(SECOND * 60)),
            (&unnamed, Repeat::Read, 2, Some(SECOND * 240)),
            (&broken, Repeat::Read, 0, Some(SECOND)),
            (&broken, Repeat::Write, 3, Some(SECOND * 8)),
            (&broken, Repeat::Never, 0, None),
            (&wrong, Repeat::Read, 0, None),
        ] {
            assert_eq!(pause(error, repeat, tries, &patience), wanted, "{error} {repeat:?}");
        }
    }
}
