//! One plain request and its whole answer.

use std::future::Future;

use base_url::shown;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use crate::fault::Fault;
use crate::finding::Finding;
use crate::text::clean_line;
use crate::{Budgets, Cause, Component};

/// Of a body so much is read: the longest answer that is asked for is a page of a few kB.
const BODY: usize = 1 << 20;

/// The client with the limits it works under.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    pub(crate) client: reqwest::Client,
    pub(crate) budgets: Budgets,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) head: Head,
    pub(crate) body: Vec<u8>,
}

/// What stands before the body of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Without parameters, in lower case; empty when there is none.
    pub(crate) content_type: String,
    location: Option<String>,
    url: Url,
}

impl Http {
    /// Asks for `url`, with the user server's token where it is one.
    pub(crate) async fn get(&self, url: &Url, token: Option<&SecretString>) -> Result<Answer, Fault> {
        self.ask(Method::GET, url, token).await
    }

    /// Sends a request and reads the answer within the budget of one.
    pub(crate) async fn ask(
        &self,
        method: Method,
        url: &Url,
        token: Option<&SecretString>,
    ) -> Result<Answer, Fault> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        if let Some(token) = token
            && let Ok(mut value) = HeaderValue::from_str(&format!("token {}", token.expose_secret()))
        {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let request = self.client.request(method, url.clone()).headers(headers).send();
        let whole = async {
            let mut response = request.await.map_err(Fault::of)?;
            let head = Head::of(&response);
            let mut body = Vec::new();
            while let Some(bytes) = response.chunk().await.map_err(Fault::of)? {
                body.extend_from_slice(&bytes);
                if body.len() > BODY {
                    break;
                }
            }
            Ok(Answer { head, body })
        };
        let limit = self.budgets.answer;
        timeout(limit, whole).await.unwrap_or_else(|_| Err(Fault::late(limit)))
    }

    /// Asks again while the answer may still settle, and remembers that it had to.
    pub(crate) async fn settled<T, F>(&self, ask: impl Fn() -> F) -> (Finding, Option<T>)
    where
        F: Future<Output = (Finding, Option<T>)>,
    {
        let end = Instant::now() + self.budgets.settle;
        let mut trouble: Option<String> = None;
        loop {
            let (finding, value) = ask().await;
            if !finding.may_settle || Instant::now() + self.budgets.pause >= end {
                return match trouble {
                    Some(trouble) if finding.carries() => (finding.after(Cause::Flaky, &trouble), value),
                    _ => (finding, value),
                };
            }
            trouble.get_or_insert(finding.seen);
            sleep(self.budgets.pause).await;
        }
    }
}

impl Head {
    pub(crate) fn of(response: &Response) -> Self {
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = text(CONTENT_TYPE).unwrap_or_default();
        Self {
            status: response.status().as_u16(),
            content_type: content_type.split(';').next().unwrap_or_default().trim().to_lowercase(),
            location: text(LOCATION).map(str::to_owned),
            url: response.url().clone(),
        }
    }

    /// What is wrong when this status came from `url` and `wanted` was wanted.
    pub(crate) fn unexpected(&self, url: &Url, wanted: &str) -> Finding {
        let status = self.status;
        let finding = match status {
            _ if self.followed(url) => {
                Finding::fail(Cause::Redirect, format!("redirected to {}", shown(&self.url)))
                    .at(Component::Ingress)
            }
            300..=399 => {
                let to = self.location.as_deref().map_or("nowhere".to_owned(), |to| target(url, to));
                let cause = if to.contains("login") { Cause::Auth } else { Cause::Redirect };
                Finding::fail(cause, format!("HTTP {status} to {to}")).at(Component::Ingress)
            }
            401 | 403 => Finding::fail(Cause::Auth, format!("HTTP {status}")),
            429 => Finding::inconclusive(Cause::RateLimit, "HTTP 429").at(Component::Ingress),
            502..=504 => {
                Finding::fail(Cause::HttpStatus, format!("HTTP {status}")).at(Component::Ingress).may_settle()
            }
            _ => Finding::fail(Cause::HttpStatus, format!("HTTP {status}")),
        };
        finding.wanted(wanted).url(url)
    }

    /// Whether the client went somewhere else than it was sent: it was not set up as we need it.
    pub(crate) fn followed(&self, url: &Url) -> bool {
        self.url != *url
    }
}

impl Answer {
    /// The body as JSON, or what is wrong with it.
    pub(crate) fn json(&self, url: &Url, wanted: &str) -> Result<Value, Finding> {
        serde_json::from_slice(&self.body).map_err(|_| {
            let kind =
                if self.head.content_type.is_empty() { "no content type" } else { &self.head.content_type };
            Finding::fail(
                Cause::Schema,
                format!("HTTP {} with {} bytes of {}", self.head.status, self.body.len(), clean_line(kind)),
            )
            .wanted(wanted)
            .url(url)
        })
    }
}

/// A `Location` as it may be shown.
fn target(from: &Url, to: &str) -> String {
    from.join(to).map_or_else(|_| "an unreadable address".to_owned(), |url| shown(&url))
}
