//! One request to Grafana, and what its answer means.

use std::time::Duration;

use base_url::shown;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use crate::Error;

/// Of an answer so much is read; a hundred annotations are a few ten kB.
const BODY: usize = 4 << 20;

/// Sets on a client builder what this crate depends on; the caller adds TLS roots and user agent.
///
/// - **No redirects**: a redirected POST becomes a GET, and its `200 []` looks like success. With a
///   client that follows them every redirect is still an error, but the annotation that was meant
///   for one Grafana may have been sent to another host.
/// - **No retries** inside the client: a POST that is sent twice is two annotations.
///
/// Time limits come from [`Budget`](crate::Budget).
pub fn client_builder(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.redirect(reqwest::redirect::Policy::none()).retry(reqwest::retry::never()).referer(false)
}

/// Sends one request and returns the JSON of a success.
pub(crate) async fn send(
    client: &reqwest::Client,
    token: Option<&SecretString>,
    method: Method,
    url: &Url,
    body: Option<&Value>,
    limit: Duration,
) -> Result<Value, Error> {
    let mut request = client.request(method, url.clone()).header(ACCEPT, "application/json");
    if let Some(token) = token
        && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
    {
        value.set_sensitive(true);
        request = request.header(AUTHORIZATION, value);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = async {
        let response = request.send().await?;
        read(response).await
    };
    match timeout(limit, answer).await {
        Err(_) => Err(Error::Timeout { limit }),
        Ok(Err(error)) if error.is_timeout() => Err(Error::Timeout { limit }),
        // The text of the error names the URL; the URL is ours and says nothing new.
        Ok(Err(error)) => Err(Error::Connection(error.without_url())),
        Ok(Ok(answer)) => answer.judge(url, token),
    }
}

struct Answer {
    status: u16,
    url: Url,
    content_type: String,
    location: Option<String>,
    body: Vec<u8>,
}

async fn read(mut response: Response) -> Result<Answer, reqwest::Error> {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let content_type = header(CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default();
    let mut answer = Answer {
        status: response.status().as_u16(),
        url: response.url().clone(),
        content_type: clean(content_type.trim()),
        location: header(LOCATION).map(str::to_owned),
        body: Vec::new(),
    };
    while let Some(bytes) = response.chunk().await? {
        answer.body.extend_from_slice(&bytes);
        if answer.body.len() > BODY {
            break;
        }
    }
    Ok(answer)
}

impl Answer {
    fn judge(self, asked: &Url, token: Option<&SecretString>) -> Result<Value, Error> {
        if self.url != *asked {
            return Err(Error::Redirected { location: shown(&self.url) });
        }
        let json: Option<Value> = serde_json::from_slice(&self.body).ok();
        let words = json.as_ref().and_then(|json| json.get("message")).and_then(Value::as_str);
        let message = words.map(|words| hide(words, token));
        match (self.status, json, message) {
            (200..=299, Some(json), _) => Ok(json),
            (300..=399, ..) => {
                let location = self.location.as_deref().and_then(|to| asked.join(to).ok());
                let location = location.map_or_else(|| "nowhere".to_owned(), |url| shown(&url));
                Err(Error::Redirected { location })
            }
            (401, _, message) => Err(Error::Unauthorized { message: message.unwrap_or_else(unexplained) }),
            (403, _, message) => Err(Error::Forbidden { message: message.unwrap_or_else(unexplained) }),
            (404, _, Some(message)) => Err(Error::NotFound { message }),
            (status @ (429 | 500..=599), ..) => Err(Error::Unavailable { status }),
            (status, Some(_), Some(message)) => Err(Error::Refused { status, message }),
            (status, ..) => Err(Error::NotGrafana { status, content_type: self.content_type }),
        }
    }
}

/// Grafana's words, without control characters, without the token should it repeat it.
fn hide(words: &str, token: Option<&SecretString>) -> String {
    let words = match token.map(|token| token.expose_secret()).filter(|token| !token.is_empty()) {
        Some(token) => words.replace(token, "[token]"),
        None => words.to_owned(),
    };
    clean(&words)
}

/// One line of foreign text, at most 300 characters of it.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).take(300).collect()
}

fn unexplained() -> String {
    "it does not say why".to_owned()
}
