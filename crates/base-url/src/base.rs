//! An address below which a service answers.

use url::Url;

use crate::shown;

/// `http` or `https`, with a host and nothing behind its path, which ends in exactly one slash and has no
/// doubled ones: to many a server `//api` is another address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why an address is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The address as it may be shown.
    pub given: String,
    /// What it must be, in words.
    pub reason: &'static str,
}

impl BaseUrl {
    /// Checks and normalises an address: `https://host/binder` means the same as `https://host/binder/`.
    ///
    /// # Errors
    /// [`Refused`] when it has no host, another scheme, a user, a query or a fragment.
    pub fn new(mut url: Url) -> Result<Self, Refused> {
        let refused = |reason| Err(Refused { given: shown(&url), reason });
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return refused("it must begin with https:// or http://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refused("it must not hold a user or a password: a token is given apart");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refused("it must end with its path");
        }
        let segments = url.path().split('/').filter(|segment| !segment.is_empty());
        let path = segments.fold(String::from("/"), |path, segment| format!("{path}{segment}/"));
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The address of a path below it. What is escaped in the path stays so.
    #[must_use]
    pub fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url
    }

    /// The address itself.
    #[must_use]
    pub fn as_url(&self) -> &Url {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sub_path_is_kept_and_no_slash_doubled() {
        for (base, path, expected) in [
            ("https://host", "versions", "https://host/versions"),
            ("https://host/", "versions", "https://host/versions"),
            ("https://example.org/grafana", "api/annotations", "https://example.org/grafana/api/annotations"),
            ("https://example.org//grafana//", "api/x", "https://example.org/grafana/api/x"),
            (
                "http://127.0.0.1:31080/staging/binder",
                "health",
                "http://127.0.0.1:31080/staging/binder/health",
            ),
            ("https://host/a%2Fb", "build/gh/o/r/a b?c", "https://host/a%2Fb/build/gh/o/r/a%20b%3Fc"),
        ] {
            assert_eq!(BaseUrl::new(base.parse().unwrap()).unwrap().join(path).as_str(), expected);
        }
    }

    #[test]
    fn what_is_no_base_is_refused_without_its_password() {
        for bad in
            ["ftp://x/", "https://u:hunter2@x/", "https://x/?a=hunter2", "https://x/#hunter2", "data:x"]
        {
            let refused = BaseUrl::new(bad.parse().unwrap()).unwrap_err();
            assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
        }
    }
}
