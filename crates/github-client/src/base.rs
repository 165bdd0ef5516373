//! The address of the API.

use base_url::{BaseUrl, Refused};
use url::Url;

use crate::Error;

/// The address, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base(BaseUrl);

impl Base {
    pub(crate) fn new(url: Url) -> Result<Self, Error> {
        let website = url.host_str() == Some("github.com");
        let base = BaseUrl::new(url).map_err(|Refused { given, reason }| Error::Url { given, reason })?;
        if website {
            let given = base.as_url().to_string();
            return Err(Error::Url { given, reason: "the API is at https://api.github.com" });
        }
        Ok(Self(base))
    }

    /// The address of an operation; each of `segments` is escaped on its own.
    pub(crate) fn operation(&self, segments: &[&str], query: &[(&str, String)]) -> Url {
        let mut url = self.0.as_url().clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// GraphQL stands beside REST; GitHub Enterprise Server keeps it at `/api/graphql`, REST at
    /// `/api/v3`.
    pub(crate) fn graphql(&self) -> Url {
        let mut url = self.0.as_url().clone();
        let path = url.path().strip_suffix("/v3/").map(|path| format!("{path}/graphql"));
        match path {
            Some(path) => url.set_path(&path),
            None => return self.operation(&["graphql"], &[]),
        }
        url
    }

    /// Whether an address that the API gave leads to the API again.
    pub(crate) fn holds(&self, url: &Url) -> bool {
        url.origin() == self.0.as_url().origin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> Result<Base, Error> {
        Base::new(text.parse().unwrap())
    }

    #[test]
    fn operations_are_below_the_base() {
        for (given, rest, graphql) in [
            (
                "https://api.github.com",
                "https://api.github.com/repos/a/b%2Fc",
                "https://api.github.com/graphql",
            ),
            (
                "https://ghe.example.org/api/v3/",
                "https://ghe.example.org/api/v3/repos/a/b%2Fc",
                "https://ghe.example.org/api/graphql",
            ),
            (
                "http://127.0.0.1:8080/x",
                "http://127.0.0.1:8080/x/repos/a/b%2Fc",
                "http://127.0.0.1:8080/x/graphql",
            ),
        ] {
            let base = base(given).unwrap();
            assert_eq!(base.operation(&["repos", "a", "b/c"], &[]).as_str(), rest);
            assert_eq!(base.graphql().as_str(), graphql);
        }
        let query = base("https://api.github.com").unwrap().operation(&["x"], &[("head", "me:a/b".into())]);
        assert_eq!(query.as_str(), "https://api.github.com/x?head=me%3Aa%2Fb");
    }

    #[test]
    fn what_is_no_address_of_the_api_is_refused_without_its_password() {
        for bad in
            ["ftp://x/", "https://u:hunter2@x/", "https://x/?a=1", "https://x/#a", "https://github.com"]
        {
            let error = base(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
    }
}
