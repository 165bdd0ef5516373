//! The token that a registry wants before it answers, fetched where the registry says.

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::credentials::is_own_machine;
use super::fetch::Fetch;
use crate::error::{BumpError, Origin};

/// A token is a few kilobytes.
const LARGEST_TOKEN: usize = 1024 * 1024;

/// What a registry wants before it answers.
pub(crate) enum Challenge {
    /// A token.
    Bearer(Bearer),
    /// A user and a password.
    Basic,
}

/// `WWW-Authenticate: Bearer realm="...",service="..."`.
pub(crate) struct Bearer {
    realm: Url,
    service: Option<String>,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct Granted {
    token: Option<String>,
    access_token: Option<String>,
}

impl Challenge {
    /// Reads the header; `None` for another kind of challenge than is known.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let (kind, rest) = header.split_once(' ').unwrap_or((header, ""));
        if kind.eq_ignore_ascii_case("basic") {
            return Some(Self::Basic);
        }
        if !kind.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut challenge = (None, None, None);
        let mut rest = rest.trim();
        while let Some((key, behind)) = rest.split_once('=') {
            let (value, next) = match behind.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => behind.split_at(behind.find(',').unwrap_or(behind.len())),
            };
            match key.trim().to_ascii_lowercase().as_str() {
                "realm" => challenge.0 = Url::parse(value).ok(),
                "service" => challenge.1 = Some(value.to_owned()),
                "scope" => challenge.2 = Some(value.to_owned()),
                _ => {}
            }
            rest = next.trim_start_matches([',', ' ']);
        }
        Some(Self::Bearer(Bearer { realm: challenge.0?, service: challenge.1, scope: challenge.2 }))
    }
}

impl Bearer {
    /// Whether nobody can listen on the way to the token server.
    pub(crate) fn is_safe(&self) -> bool {
        self.realm.scheme() == "https" || is_own_machine(&self.realm)
    }

    /// Asks for a token that may read what `scope` names, as whoever `own` says; `None` where the token
    /// server refuses.
    pub(crate) async fn answer(
        &self,
        fetch: &Fetch,
        scope: &str,
        own: Option<HeaderValue>,
    ) -> Result<Option<SecretString>, BumpError> {
        let mut url = self.realm.clone();
        {
            let mut query = url.query_pairs_mut();
            if let Some(service) = &self.service {
                query.append_pair("service", service);
            }
            query.append_pair("scope", self.scope.as_deref().unwrap_or(scope));
        }
        let add = |request: reqwest::RequestBuilder| match own {
            Some(own) => request.header(AUTHORIZATION, own),
            None => request,
        };
        let answer = fetch.get(&url, LARGEST_TOKEN, add).await?;
        if matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Ok(None);
        }
        let answer = answer.ok(&url)?;
        let granted: Option<Granted> = serde_json::from_slice(&answer.body).ok();
        let token = granted.and_then(|granted| granted.token.or(granted.access_token));
        token.filter(|token| !token.is_empty()).map(|token| Some(token.into())).ok_or_else(|| {
            BumpError::BrokenAnswer { origin: Origin::Url(self.realm.clone()).into(), wanted: "a token" }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let read = |text| match Challenge::parse(text)? {
            Challenge::Bearer(it) => Some((it.realm.to_string(), it.service, it.scope)),
            Challenge::Basic => Some(("basic".to_owned(), None, None)),
        };
        assert_eq!(
            read(
                r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#
            ),
            Some((
                "https://auth.docker.io/token".to_owned(),
                Some("registry.docker.io".to_owned()),
                Some("repository:a/b:pull,push".to_owned())
            ))
        );
        assert_eq!(
            read("bearer service=quay.io, realm=https://quay.io/v2/auth"),
            Some(("https://quay.io/v2/auth".to_owned(), Some("quay.io".to_owned()), None))
        );
        let basic = Some(("basic".to_owned(), None, None));
        assert_eq!((read(r#"Basic realm="x""#), read("basic")), (basic.clone(), basic));
        assert!(read("Bearer realm=\"x").is_none() && read("Negotiate").is_none());
    }
}
