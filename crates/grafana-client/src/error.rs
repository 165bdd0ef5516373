//! What can go wrong with an announcement, and what to do about it.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use problem::{Code, Diagnose, Entry};

/// Why an annotation was not written or read. No variant holds the token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The URL cannot be a Grafana's.
    #[error("`{given}` is no URL of a Grafana: {reason}")]
    Url {
        /// What was given, without user information.
        given: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Grafana would change the tag.
    #[error("`{tag}` is no tag: {reason}")]
    Tag {
        /// The tag.
        tag: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Grafana would not find or not store these tags.
    #[error("the tags cannot be used: {reason}")]
    Tags {
        /// What is wrong with them.
        reason: String,
    },
    /// The text is empty.
    #[error("an annotation needs a text")]
    Text,
    /// The time is not one Grafana takes as it is.
    #[error("{time} is no time of a deploy")]
    Time {
        /// The time.
        time: Timestamp,
    },
    /// Somebody sent us elsewhere.
    #[error("Grafana redirects to {location}")]
    Redirected {
        /// Where to, without query.
        location: String,
    },
    /// The token is not accepted.
    #[error("Grafana refuses the token: {message}")]
    Unauthorized {
        /// Grafana's words.
        message: String,
    },
    /// The token's role is too low.
    #[error("the token's role may not do this: {message}")]
    Forbidden {
        /// Grafana's words.
        message: String,
    },
    /// There is no such annotation, or no annotations API.
    #[error("not found: {message}")]
    NotFound {
        /// Grafana's words.
        message: String,
    },
    /// Somebody answered, and it was not Grafana's API.
    #[error("HTTP {status} with {content_type} is not Grafana's answer")]
    NotGrafana {
        /// The status.
        status: u16,
        /// The content type.
        content_type: String,
    },
    /// Grafana refused the request itself.
    #[error("Grafana refuses the request with HTTP {status}: {message}")]
    Refused {
        /// The status.
        status: u16,
        /// Grafana's words.
        message: String,
    },
    /// Grafana is not there at the moment.
    #[error("Grafana is not available: HTTP {status}")]
    Unavailable {
        /// The status.
        status: u16,
    },
    /// No answer in time.
    #[error("Grafana did not answer within {limit:?}")]
    Timeout {
        /// The limit of one try.
        limit: Duration,
    },
    /// No connection, or one that broke.
    #[error("no answer from Grafana")]
    Connection(#[source] reqwest::Error),
    /// It was sent and never confirmed.
    #[error("nobody confirmed that the annotation was saved")]
    Unconfirmed(#[source] Box<Error>),
}

const URL: Entry = Entry::new(
    "grafana.url",
    "The URL of Grafana cannot be used.",
    "Write it as https://HOST/ or https://HOST/SUB-PATH/ and give the token apart.",
);
const TAG: Entry = Entry::new(
    "grafana.tag",
    "Grafana would store another tag than this one.",
    "Write KEY or KEY:VALUE with at most one colon; put links into the annotation's data.",
);
const TAGS: Entry = Entry::new(
    "grafana.tags",
    "Grafana would not store these tags, or not find them again.",
    "Use a key bare or with values, not both; keep them short; name the run.",
);
const TEXT: Entry =
    Entry::new("grafana.text", "The annotation has no text.", "Give it one: Grafana refuses an empty text.");
const TIME: Entry = Entry::new(
    "grafana.time",
    "The time is not after 1970.",
    "Look at the clock of this machine; Grafana wants milliseconds since 1970.",
);
const REDIRECT: Entry = Entry::new(
    "grafana.redirect",
    "Grafana, or something before it, redirects.",
    "Configure the URL it redirects to, or look at root_url, serve_from_sub_path and enforce_domain.",
);
const UNAUTHORIZED: Entry = Entry::new(
    "grafana.unauthorized",
    "Grafana does not know the token, or it has expired or was disabled.",
    "Make a new token for the service account and put it into the secret.",
);
const FORBIDDEN: Entry = Entry::new(
    "grafana.forbidden",
    "The token is known, and its role may not write annotations.",
    "Give the service account the role Editor.",
);
const NOT_FOUND: Entry = Entry::new(
    "grafana.not_found",
    "There is no such annotation, or no annotations API at this URL.",
    "Look at whether somebody deleted the annotation, and at the sub-path of the URL.",
);
const NOT_GRAFANA: Entry = Entry::new(
    "grafana.not_grafana",
    "The answer is not one of Grafana's API; often it is a login page.",
    "Open the URL in a browser: something before Grafana answers, or the sub-path is missing.",
);
const REFUSED: Entry = Entry::new(
    "grafana.refused",
    "Grafana does not accept the request as it is.",
    "Report it with Grafana's version and words: the request was made by this program.",
);
const UNAVAILABLE: Entry = Entry::new(
    "grafana.unavailable",
    "Grafana was not available, or limits requests.",
    "Nothing to do for this deploy; if it lasts, look at the pod of Grafana.",
);
const TIMEOUT: Entry = Entry::new(
    "grafana.timeout",
    "Grafana did not answer in time.",
    "Nothing to do for this deploy; if it lasts, look at the pod and database of Grafana.",
);
const CONNECTION: Entry = Entry::new(
    "grafana.connection",
    "There was no connection to Grafana, or it broke.",
    "Look at the host name, the certificate and the ingress of Grafana.",
);
const UNCONFIRMED: Entry = Entry::new(
    "grafana.unconfirmed",
    "The annotation was sent, and whether it was saved is not known.",
    "Search for the run's tag in Grafana; the next run does so before it writes.",
);

/// Every problem of this crate.
pub const PROBLEMS: &[Entry] = &[
    URL,
    TAG,
    TAGS,
    TEXT,
    TIME,
    REDIRECT,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    NOT_GRAFANA,
    REFUSED,
    UNAVAILABLE,
    TIMEOUT,
    CONNECTION,
    UNCONFIRMED,
];

impl Error {
    const fn entry(&self) -> Entry {
        match self {
            Self::Url { .. } => URL,
            Self::Tag { .. } => TAG,
            Self::Tags { .. } => TAGS,
            Self::Text => TEXT,
            Self::Time { .. } => TIME,
            Self::Redirected { .. } => REDIRECT,
            Self::Unauthorized { .. } => UNAUTHORIZED,
            Self::Forbidden { .. } => FORBIDDEN,
            Self::NotFound { .. } => NOT_FOUND,
            Self::NotGrafana { .. } => NOT_GRAFANA,
            Self::Refused { .. } => REFUSED,
            Self::Unavailable { .. } => UNAVAILABLE,
            Self::Timeout { .. } => TIMEOUT,
            Self::Connection(_) => CONNECTION,
            Self::Unconfirmed(_) => UNCONFIRMED,
        }
    }

    /// Whether the same request may succeed in a moment.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Timeout { .. } | Self::Connection(_))
    }

    /// Whether Grafana may have done what it never confirmed. Without a connection it cannot have.
    pub(crate) fn is_ambiguous(&self) -> bool {
        match self {
            // 429 is said before any work; the others may come from an ingress behind whose back
            // Grafana went on.
            Self::Unavailable { status } => *status != 429,
            Self::Timeout { .. } => true,
            Self::Connection(error) => !error.is_connect(),
            _ => false,
        }
    }
}

impl Diagnose for Error {
    fn code(&self) -> Code {
        self.entry().code
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        Some(self.entry().next.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn no_connection() -> reqwest::Error {
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Nobody may listen on port 0, so this never depends on what runs on the machine.
        reqwest::Client::new().get("http://127.0.0.1:0/").send().await.unwrap_err().without_url()
    }

    #[tokio::test]
    async fn every_error_says_what_to_do() {
        let message = || "Grafana's words".to_owned();
        let errors = [
            Error::Url { given: "ftp://host/".into(), reason: "it must begin with https:// or http://" },
            Error::Tag { tag: "a:b:c".into(), reason: "Grafana drops what follows a second colon" },
            Error::Tags { reason: "there are none".into() },
            Error::Text,
            Error::Time { time: Timestamp::UNIX_EPOCH },
            Error::Redirected { location: "https://host/grafana/api/annotations".into() },
            Error::Unauthorized { message: message() },
            Error::Forbidden { message: message() },
            Error::NotFound { message: message() },
            Error::NotGrafana { status: 200, content_type: "text/html".into() },
            Error::Refused { status: 400, message: message() },
            Error::Unavailable { status: 503 },
            Error::Timeout { limit: Duration::from_secs(2) },
            Error::Connection(no_connection().await),
            Error::Unconfirmed(Box::new(Error::Timeout { limit: Duration::from_secs(2) })),
        ];
        let codes: Vec<Code> = errors.iter().map(Diagnose::code).collect();
        assert_eq!(codes, PROBLEMS.iter().map(|entry| entry.code).collect::<Vec<_>>());
        let shown: Vec<String> = errors
            .iter()
            .map(|error| format!("{}: {error}\n  {}\n", error.code(), error.help().unwrap()))
            .collect();
        insta::assert_snapshot!(shown.concat(), @r"
        grafana.url: `ftp://host/` is no URL of a Grafana: it must begin with https:// or http://
          Write it as https://HOST/ or https://HOST/SUB-PATH/ and give the token apart.
        grafana.tag: `a:b:c` is no tag: Grafana drops what follows a second colon
          Write KEY or KEY:VALUE with at most one colon; put links into the annotation's data.
        grafana.tags: the tags cannot be used: there are none
          Use a key bare or with values, not both; keep them short; name the run.
        grafana.text: an annotation needs a text
          Give it one: Grafana refuses an empty text.
        grafana.time: 1970-01-01T00:00:00Z is no time of a deploy
          Look at the clock of this machine; Grafana wants milliseconds since 1970.
        grafana.redirect: Grafana redirects to https://host/grafana/api/annotations
          Configure the URL it redirects to, or look at root_url, serve_from_sub_path and enforce_domain.
        grafana.unauthorized: Grafana refuses the token: Grafana's words
          Make a new token for the service account and put it into the secret.
        grafana.forbidden: the token's role may not do this: Grafana's words
          Give the service account the role Editor.
        grafana.not_found: not found: Grafana's words
          Look at whether somebody deleted the annotation, and at the sub-path of the URL.
        grafana.not_grafana: HTTP 200 with text/html is not Grafana's answer
          Open the URL in a browser: something before Grafana answers, or the sub-path is missing.
        grafana.refused: Grafana refuses the request with HTTP 400: Grafana's words
          Report it with Grafana's version and words: the request was made by this program.
        grafana.unavailable: Grafana is not available: HTTP 503
          Nothing to do for this deploy; if it lasts, look at the pod of Grafana.
        grafana.timeout: Grafana did not answer within 2s
          Nothing to do for this deploy; if it lasts, look at the pod and database of Grafana.
        grafana.connection: no answer from Grafana
          Look at the host name, the certificate and the ingress of Grafana.
        grafana.unconfirmed: nobody confirmed that the annotation was saved
          Search for the run's tag in Grafana; the next run does so before it writes.
        ");
    }
}
