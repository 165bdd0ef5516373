//! What can be wrong with the question itself, before anything is asked.

use std::borrow::Cow;

use problem::{Code, Diagnose, Entry};

/// A target that cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The base URL is not one.
    #[error("`{given}` is no base URL: {reason}")]
    BaseUrl {
        /// What was given, without user information.
        given: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The launch is not one.
    #[error("`{given}` is no launch: {reason}")]
    LaunchSpec {
        /// What was given.
        given: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

pub(crate) const BASE_URL: Entry = Entry {
    code: Code::new("probe.base_url"),
    means: "A URL to verify cannot be used.",
    next: "Write it as https://HOST/ or https://HOST/PREFIX/, without user, query or fragment.",
};

pub(crate) const LAUNCH_SPEC: Entry = Entry {
    code: Code::new("probe.launch_spec"),
    means: "A launch to try cannot be used.",
    next: "Write it as gh/OWNER/REPOSITORY/REF, for example gh/binder-examples/requirements/HEAD.",
};

impl Error {
    fn entry(&self) -> Entry {
        match self {
            Self::BaseUrl { .. } => BASE_URL,
            Self::LaunchSpec { .. } => LAUNCH_SPEC,
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
    use crate::{BaseUrl, LaunchSpec, PROBLEMS};

    fn shown(error: &Error) -> String {
        assert!(PROBLEMS.iter().any(|entry| entry.code == error.code()));
        format!("{}\n{error}\n{}", error.code(), error.help().unwrap())
    }

    #[test]
    fn every_error_says_what_to_do() {
        insta::assert_snapshot!(shown(&"ftp://host/x".parse::<BaseUrl>().unwrap_err()), @r"
        probe.base_url
        `ftp://host/x` is no base URL: it must begin with https:// or http://
        Write it as https://HOST/ or https://HOST/PREFIX/, without user, query or fragment.
        ");
        insta::assert_snapshot!(shown(&"gh/binder-examples/requirements".parse::<LaunchSpec>().unwrap_err()), @r"
        probe.launch_spec
        `gh/binder-examples/requirements` is no launch: it needs an owner, a repository and a reference
        Write it as gh/OWNER/REPOSITORY/REF, for example gh/binder-examples/requirements/HEAD.
        ");
    }
}
