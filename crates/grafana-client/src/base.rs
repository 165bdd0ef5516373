//! The base URL of a Grafana, with or without a sub-path.

use base_url::{BaseUrl, Refused};
use url::Url;

use crate::Error;

/// The base URL, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base(BaseUrl);

impl Base {
    pub(crate) fn new(url: Url) -> Result<Self, Error> {
        BaseUrl::new(url).map(Self).map_err(|Refused { given, reason }| Error::Url { given, reason })
    }

    /// The URL of a path below `/api/`.
    pub(crate) fn api(&self, path: &str) -> Url {
        self.0.join(&format!("api/{path}"))
    }
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
