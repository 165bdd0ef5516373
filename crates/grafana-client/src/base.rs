//! The base URL of a Grafana, with or without a sub-path.

use url::Url;

use crate::Error;

/// A base URL whose path ends in exactly one slash: `//api/...` is another address to Grafana.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base(Url);

impl Base {
    pub(crate) fn new(mut url: Url) -> Result<Self, Error> {
        let refuse = |url: &Url, reason| Err(Error::Url { given: display(url), reason });
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return refuse(&url, "it must begin with https:// or http://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(&url, "it must not hold a user or a password: a token is given apart");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse(&url, "it must end with its path");
        }
        let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
        let path = segments.iter().fold(String::from("/"), |path, segment| format!("{path}{segment}/"));
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The URL of a path below `/api/`.
    pub(crate) fn api(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}api/{path}", self.0.path()));
        url
    }
}

/// A URL as it may be shown: no user, no query, no fragment.
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
    fn the_sub_path_is_kept_and_no_slash_doubled() {
        for (base, expected) in [
            ("https://grafana.example.org", "https://grafana.example.org/api/annotations"),
            ("https://grafana.example.org/", "https://grafana.example.org/api/annotations"),
            ("https://example.org/grafana", "https://example.org/grafana/api/annotations"),
            ("https://example.org//grafana//", "https://example.org/grafana/api/annotations"),
        ] {
            let base = Base::new(base.parse().unwrap()).unwrap();
            assert_eq!(base.api("annotations").as_str(), expected);
        }
        for bad in ["ftp://x/", "https://u:hunter2@x/", "https://x/?orgId=1", "https://x/#a", "data:x"] {
            let error = Base::new(bad.parse().unwrap()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
    }
}
