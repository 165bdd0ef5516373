//! One request to GitHub, and what its answer means.

use std::time::Duration;

use base_url::shown;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, LINK, LOCATION,
};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use crate::{ApiVersion, Error, limits};

/// Of an answer so much is read; a comparison with patches of 300 files is a few megabytes.
const BODY: usize = 16 << 20;

/// Sets on a client builder what this crate depends on; the caller adds TLS roots and user agent,
/// without which GitHub answers 403.
///
/// - **No redirects**: a redirected POST becomes a GET, and a write would look done.
/// - **No retries** inside the client: what may be sent twice is known here, and not there.
pub fn client_builder(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.redirect(reqwest::redirect::Policy::none()).retry(reqwest::retry::never()).referer(false)
}

/// What GitHub said when all went well.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) json: Value,
    /// The next page, where there is one.
    pub(crate) next: Option<Url>,
    /// The mark by which GitHub knows whether it changed.
    pub(crate) etag: Option<String>,
    /// Whether it is what was kept under the mark that was sent along; then it holds nothing.
    pub(crate) unchanged: bool,
}

/// Who asks, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) client: &'a reqwest::Client,
    pub(crate) token: Option<&'a SecretString>,
    pub(crate) version: ApiVersion,
}

impl Asking<'_> {
    /// Sends one request once.
    pub(crate) async fn send(
        self,
        method: Method,
        url: &Url,
        body: Option<&Value>,
        kept: Option<&str>,
        limit: Duration,
    ) -> Result<Answer, Error> {
        let mut request = self.client.request(method, url.clone());
        request = request.header(ACCEPT, "application/vnd.github+json");
        request = request.header("x-github-api-version", self.version.as_str());
        if let Some(token) = self.token
            && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
        {
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(kept) = kept {
            request = request.header(IF_NONE_MATCH, kept);
        }
        let answer = async { read(request.send().await?).await };
        match timeout(limit, answer).await {
            Err(_) => Err(Error::Timeout { limit }),
            Ok(Err(error)) if error.is_timeout() => Err(Error::Timeout { limit }),
            Ok(Err(error)) => Err(Error::Connection(error.without_url())),
            Ok(Ok(raw)) => raw.judge(url, self.token),
        }
    }
}

struct Raw {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

async fn read(mut response: Response) -> Result<Raw, reqwest::Error> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(bytes) = response.chunk().await? {
        body.extend_from_slice(&bytes);
        if body.len() > BODY {
            break;
        }
    }
    Ok(Raw { status, headers, body })
}

impl Raw {
    fn header(&self, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn judge(self, asked: &Url, token: Option<&SecretString>) -> Result<Answer, Error> {
        let json: Option<Value> = serde_json::from_slice(&self.body).ok();
        let said = json.as_ref().and_then(|json| json.get("message")).and_then(Value::as_str);
        let said = said.map(|words| hide(words, token));
        let message = || said.clone().unwrap_or_else(|| "it does not say why".to_owned());
        let limit = limits::limit(
            self.status,
            said.as_deref().unwrap_or_default(),
            self.header("retry-after"),
            self.header("x-ratelimit-remaining"),
            self.header("x-ratelimit-reset"),
            self.header("date").and_then(server_time),
        );
        if let Some(wait) = limit {
            return Err(Error::RateLimited { wait, message: message() });
        }
        match (self.status, json) {
            (204 | 304, _) => {
                Ok(Answer { json: Value::Null, next: None, etag: None, unchanged: self.status == 304 })
            }
            (200..=299, Some(json)) => {
                let next = self.header(LINK).and_then(|links| crate::page::next(links, asked));
                let etag = self.header(ETAG).map(str::to_owned);
                Ok(Answer { json, next, etag, unchanged: false })
            }
            (300..=399, _) => {
                let location = self.header(LOCATION).and_then(|to| asked.join(to).ok());
                Err(Error::Redirected {
                    location: location.map_or_else(|| "nowhere".to_owned(), |url| shown(&url)),
                })
            }
            (401, Some(_)) => Err(Error::Unauthorized { message: message() }),
            (403, Some(_)) => Err(Error::Forbidden {
                message: message(),
                permissions: self.header("x-accepted-github-permissions").map(clean),
            }),
            (404 | 410, Some(_)) => {
                Err(Error::NotFound { message: format!("{} ({})", message(), asked.path()) })
            }
            (409, Some(_)) => Err(Error::Conflict { message: message() }),
            (422, Some(json)) => Err(Error::Invalid { messages: reasons(&message(), &json, token) }),
            (status @ 500..=599, _) => Err(Error::Unavailable { status }),
            (status, _) => {
                let content_type =
                    self.header(CONTENT_TYPE).map_or_else(|| "no content type".to_owned(), clean);
                Err(Error::NotGitHub { status, content_type, why: said })
            }
        }
    }
}

/// The seconds since 1970 of a header `Date`.
fn server_time(text: &str) -> Option<i64> {
    jiff::fmt::rfc2822::parse(text).ok().map(|time| time.timestamp().as_second())
}

/// The words of a 422, with the field and code of each of its errors.
fn reasons(message: &str, json: &Value, token: Option<&SecretString>) -> Vec<String> {
    let mut messages = vec![message.to_owned()];
    for error in json.get("errors").and_then(Value::as_array).into_iter().flatten() {
        let text = |key| error.get(key).and_then(Value::as_str);
        let words = match (error.as_str(), text("message"), text("field"), text("code")) {
            (Some(words), ..) | (_, Some(words), ..) => words.to_owned(),
            (_, _, Some(field), Some(code)) => format!("{field}: {code}"),
            _ => continue,
        };
        messages.push(hide(&words, token));
    }
    messages
}

/// GitHub's words, without control characters, without the token should it repeat it.
pub(crate) fn hide(words: &str, token: Option<&SecretString>) -> String {
    let words = match token.map(|token| token.expose_secret()).filter(|token| !token.is_empty()) {
        Some(token) => words.replace(token, "[token]"),
        None => words.to_owned(),
    };
    clean(&words)
}

/// One line of foreign text, at most 300 characters of it.
fn clean(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_tells_its_time() {
        assert_eq!(server_time("Sat, 28 Nov 2026 09:42:00 GMT"), Some(1_795_858_920));
        assert_eq!(server_time("yesterday"), None);
    }

    #[test]
    fn the_token_is_never_repeated() {
        let token = SecretString::from("ghp_planted");
        assert_eq!(hide("bad ghp_planted\nhere", Some(&token)), "bad [token] here");
    }
}
