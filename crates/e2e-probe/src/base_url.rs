//! The base URL of a BinderHub or JupyterHub, with or without a path prefix.

use std::str::FromStr;

use url::Url;

use crate::Error;
use crate::text::clean_line;

/// A base URL: `http` or `https`, with a host, its path ending in `/`, and nothing behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(base_url::BaseUrl);

impl BaseUrl {
    /// Checks and normalises a URL: `https://host/binder` means the same as `https://host/binder/`.
    ///
    /// # Errors
    /// [`Error::BaseUrl`] when it has no host, another scheme, a user, a query or a fragment.
    pub fn new(url: Url) -> Result<Self, Error> {
        base_url::BaseUrl::new(url)
            .map(Self)
            .map_err(|base_url::Refused { given, reason }| Error::BaseUrl { given, reason })
    }

    /// The URL of a path below it. The path is BinderHub's: it is not decoded, and stays as it is.
    pub(crate) fn join(&self, path: &str) -> Url {
        self.0.join(path)
    }

    /// The URL itself.
    #[must_use]
    pub fn as_url(&self) -> &Url {
        self.0.as_url()
    }
}

impl FromStr for BaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match Url::parse(text) {
            Ok(url) if url.has_host() => Self::new(url),
            // An unparsed text may hold a password before its `@`.
            _ => Err(Error::BaseUrl {
                given: clean_line(text.rsplit('@').next().unwrap_or_default()),
                reason: "it must begin with https:// or http:// and name a host",
            }),
        }
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_url().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_kept_and_slashes_are_not_doubled() {
        for (base, path, expected) in [
            ("https://host", "versions", "https://host/versions"),
            ("https://host/", "versions", "https://host/versions"),
            (
                "http://127.0.0.1:31080/staging/binder/",
                "build/gh/o/r/HEAD",
                "http://127.0.0.1:31080/staging/binder/build/gh/o/r/HEAD",
            ),
            (
                "http://127.0.0.1:31080/staging/binder",
                "health",
                "http://127.0.0.1:31080/staging/binder/health",
            ),
            ("https://host/a//", "health", "https://host/a/health"),
            ("https://host", "build/gh/o/r/a b?c", "https://host/build/gh/o/r/a%20b%3Fc"),
        ] {
            assert_eq!(base.parse::<BaseUrl>().unwrap().join(path).as_str(), expected);
        }
    }

    #[test]
    fn what_is_no_base_url_is_refused_without_its_password() {
        for text in [
            "",
            "host",
            "ftp://host",
            "file:///etc",
            "https://",
            "https://u:hunter2@host",
            "https://host/?a=hunter2",
            "https://host/#hunter2",
            "u:hunter2@host",
        ] {
            let error = text.parse::<BaseUrl>().unwrap_err();
            assert!(!format!("{error:?} {error}").contains("hunter2"), "{error:?}");
        }
    }
}
