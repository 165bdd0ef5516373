//! The problems of this crate by their codes, each with its next step.

use std::borrow::Cow;

use problem::{Code, Diagnose, Entry};

use crate::Error;

const URL: Entry = Entry::new(
    "github.url",
    "The address of GitHub's API cannot be used.",
    "Write https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise Server.",
);
const UNAUTHORIZED: Entry = Entry::new(
    "github.unauthorized",
    "GitHub does not know the token, or it has expired.",
    "Make a new token; the guide of `bump` names the permissions.",
);
const FORBIDDEN: Entry = Entry::new(
    "github.forbidden",
    "The token is known, and may not do this.",
    "Give it `contents: write` and `pull requests: write` on the deployment repository.",
);
const NOT_FOUND: Entry = Entry::new(
    "github.not_found",
    "There is no such repository, branch or commit, or the token may not see it.",
    "Look at the name; to a token without access a private repository looks absent.",
);
const REDIRECTED: Entry = Entry::new(
    "github.redirected",
    "The repository was renamed or moved.",
    "Write its new name; nothing was followed, so that no write goes astray.",
);
const CONFLICT: Entry = Entry::new(
    "github.conflict",
    "GitHub cannot do this in the present state.",
    "Look at its words, and run it again.",
);
const INVALID: Entry = Entry::new(
    "github.invalid",
    "GitHub refuses the request as it is.",
    "Look at its words; a rule of the repository or branch may forbid it.",
);
const RATE_LIMITED: Entry = Entry::new(
    "github.rate_limited",
    "GitHub limits the requests of this token for longer than the call may wait.",
    "Run it again later; nothing is lost. A token of an app has its own limit.",
);
const UNAVAILABLE: Entry = Entry::new(
    "github.unavailable",
    "GitHub was not available.",
    "Run it again; www.githubstatus.com tells whether it lasts.",
);
const TIMEOUT: Entry = Entry::new(
    "github.timeout",
    "GitHub did not answer in time.",
    "Run it again; it looks before it writes.",
);
const CONNECTION: Entry = Entry::new(
    "github.connection",
    "There was no connection to GitHub, or it broke.",
    "Look at the network and the proxy, and run it again.",
);
const UNCONFIRMED: Entry = Entry::new(
    "github.unconfirmed",
    "A write was sent, and whether it was done is not known.",
    "Run it again: it looks at what is there before it writes.",
);
const NOT_GITHUB: Entry = Entry::new(
    "github.not_github",
    "The answer is not one of GitHub's API; often it is the page of a proxy.",
    "Look at the address of the API and at what stands between.",
);
const QUERY: Entry = Entry::new(
    "github.query",
    "GitHub cannot answer a GraphQL query.",
    "Look at its words; for a query of ours that is wrong, report it.",
);

/// Every problem of this crate.
pub const PROBLEMS: &[Entry] = &[
    URL,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    REDIRECTED,
    CONFLICT,
    INVALID,
    RATE_LIMITED,
    UNAVAILABLE,
    TIMEOUT,
    CONNECTION,
    UNCONFIRMED,
    NOT_GITHUB,
    QUERY,
];

impl Error {
    const fn entry(&self) -> Entry {
        match self {
            Self::Url { .. } => URL,
            Self::Unauthorized { .. } => UNAUTHORIZED,
            Self::Forbidden { .. } => FORBIDDEN,
            Self::NotFound { .. } => NOT_FOUND,
            Self::Redirected { .. } => REDIRECTED,
            Self::Conflict { .. } => CONFLICT,
            Self::Invalid { .. } => INVALID,
            Self::RateLimited { .. } => RATE_LIMITED,
            Self::Unavailable { .. } => UNAVAILABLE,
            Self::Timeout { .. } => TIMEOUT,
            Self::Connection(_) => CONNECTION,
            Self::Unconfirmed(_) => UNCONFIRMED,
            Self::NotGitHub { .. } => NOT_GITHUB,
            Self::Query { .. } => QUERY,
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
    use std::time::Duration;

    async fn no_connection() -> reqwest::Error {
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Nobody may listen on port 0, so this never depends on what runs on the machine.
        reqwest::Client::new().get("http://127.0.0.1:0/").send().await.unwrap_err().without_url()
    }

    #[tokio::test]
    async fn every_error_says_what_to_do() {
        let message = || "GitHub's words".to_owned();
        let errors = [
            Error::Url { given: "ftp://host/".into(), reason: "it must begin with https:// or http://" },
            Error::Unauthorized { message: message() },
            Error::Forbidden { message: message(), permissions: Some("contents=write".into()) },
            Error::NotFound { message: message() },
            Error::Redirected { location: "https://api.github.com/repositories/1".into() },
            Error::Conflict { message: message() },
            Error::Invalid { messages: vec![message(), "pull_request: custom".into()] },
            Error::RateLimited { wait: Some(Duration::from_secs(1800)), message: message() },
            Error::Unavailable { status: 502 },
            Error::Timeout { limit: Duration::from_secs(20) },
            Error::Connection(no_connection().await),
            Error::Unconfirmed(Box::new(Error::Timeout { limit: Duration::from_secs(20) })),
            Error::NotGitHub { status: 200, content_type: "text/html".into(), why: None },
            Error::Query { messages: vec![message()], kinds: vec!["NOT_FOUND".into()] },
        ];
        let codes: Vec<Code> = errors.iter().map(Diagnose::code).collect();
        assert_eq!(codes, PROBLEMS.iter().map(|entry| entry.code).collect::<Vec<_>>());
        let shown: Vec<String> = errors
            .iter()
            .map(|error| format!("{}: {error}\n  {}\n", error.code(), error.help().unwrap()))
            .collect();
        insta::assert_snapshot!(shown.concat());
    }
}
