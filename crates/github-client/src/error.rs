//! What can go wrong at GitHub.

use std::time::Duration;

/// Why a call gave no answer. No variant holds the token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be that of an API.
    #[error("`{given}` is no address of GitHub's API: {reason}")]
    Url {
        /// What was given, without user information.
        given: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The token is not accepted.
    #[error("GitHub refuses the token: {message}")]
    Unauthorized {
        /// GitHub's words.
        message: String,
    },
    /// The token may not do this.
    #[error("the token may not do this: {message}{}", needs(.permissions))]
    Forbidden {
        /// GitHub's words.
        message: String,
        /// The permissions that would do, where GitHub names them.
        permissions: Option<String>,
    },
    /// There is no such thing, or the token may not see it.
    #[error("GitHub knows no such thing, or the token may not see it: {message}")]
    NotFound {
        /// GitHub's words, or the path.
        message: String,
    },
    /// The repository was renamed or moved.
    #[error("GitHub redirects to {location}")]
    Redirected {
        /// Where to, without query.
        location: String,
    },
    /// Something is in the way: an empty repository, a branch that cannot be merged.
    #[error("GitHub cannot do this now: {message}")]
    Conflict {
        /// GitHub's words.
        message: String,
    },
    /// The request breaks a rule, such as one open pull request for a branch.
    #[error("GitHub refuses the request: {}", .messages.join("; "))]
    Invalid {
        /// GitHub's words, each of its errors.
        messages: Vec<String>,
    },
    /// A limit that is not over in the time of this call.
    #[error("GitHub limits the requests{}: {message}", within(.wait))]
    RateLimited {
        /// When it ends, where GitHub says so.
        wait: Option<Duration>,
        /// GitHub's words.
        message: String,
    },
    /// GitHub is not there at the moment.
    #[error("GitHub is not available: HTTP {status}")]
    Unavailable {
        /// The status.
        status: u16,
    },
    /// No answer in time.
    #[error("GitHub did not answer within {limit:?}")]
    Timeout {
        /// The limit of one try.
        limit: Duration,
    },
    /// No connection, or one that broke.
    #[error("no answer from GitHub")]
    Connection(#[source] reqwest::Error),
    /// It was sent and never confirmed.
    #[error("nobody confirmed that GitHub did what was asked")]
    Unconfirmed(#[source] Box<Error>),
    /// Somebody answered, and it was not GitHub's API.
    #[error("HTTP {status} with {content_type} is not GitHub's answer{}", at(.why))]
    NotGitHub {
        /// The status.
        status: u16,
        /// The content type.
        content_type: String,
        /// What was missing in it.
        why: Option<String>,
    },
    /// GraphQL answered with errors.
    #[error("GitHub cannot answer the query: {}", .messages.join("; "))]
    Query {
        /// GitHub's words.
        messages: Vec<String>,
        /// The kinds of the errors, such as `NOT_FOUND`.
        kinds: Vec<String>,
    },
}

fn needs(permissions: &Option<String>) -> String {
    permissions.as_deref().map(|names| format!(" (it needs {names})")).unwrap_or_default()
}

fn within(wait: &Option<Duration>) -> String {
    wait.map(|wait| format!(" for another {} s", wait.as_secs())).unwrap_or_default()
}

fn at(why: &Option<String>) -> String {
    why.as_deref().map(|why| format!(": {why}")).unwrap_or_default()
}

impl Error {
    /// Whether the same request may succeed in a moment.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Timeout { .. } | Self::Connection(_) | Self::RateLimited { .. }
        )
    }

    /// Whether GitHub may have done what it never confirmed.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        matches!(self, Self::Unconfirmed(_))
    }

    /// Without a connection nothing can have been done.
    pub(crate) fn was_never_heard(&self) -> bool {
        matches!(self, Self::Connection(error) if error.is_connect())
    }

    /// GitHub may have gone on behind what broke.
    pub(crate) fn is_ambiguous(&self) -> bool {
        let broke = matches!(self, Self::Unavailable { .. } | Self::Timeout { .. } | Self::Connection(_));
        broke && !self.was_never_heard()
    }
}
