//! The base URL of a BinderHub or JupyterHub, with or without a path prefix.

use std::str::FromStr;

use url::Url;

use crate::Error;
use crate::text::clean_line;

/// A base URL: `http` or `https`, with a host, its path ending in `/`, and nothing behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Checks and normalises a URL: `https://host/binder` means the same as `https://host/binder/`.
    ///
    /// # Errors
    /// [`Error::BaseUrl`] when it has no host, another scheme, a user, a query or a fragment.
    pub fn new(mut url: Url) -> Result<Self, Error> {
        let refuse = |url: &Url, reason| Err(Error::BaseUrl { given: display(url), reason });
        if !matches!(url.scheme(), "http" | "https") {
            return refuse(&url, "it must begin with https:// or http://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(&url, "it must not hold a user or a password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse(&url, "it must end with its path");
        }
        let path = format!("{}/", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The URL of a path below it. The path is BinderHub's: it is not decoded, and stays as it is.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url
    }

    /// The URL itself.
    #[must_use]
    pub fn as_url(&self) -> &Url {
        &self.0
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
        f.write_str(self.0.as_str())
    }
}

/// A URL as it may be shown: no user, no query, no fragment. A token may travel in any of them.
pub(crate) fn display(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only for URLs that cannot have a user at all.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
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
