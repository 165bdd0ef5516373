//! One GitHub: who asks, at which address, and the calls one after another.

use std::sync::Arc;

use reqwest::Method;
use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use crate::base::Base;
use crate::call::Call;
use crate::limits::{Repeat, pause};
use crate::wire::{Answer, Asking};
use crate::{ApiVersion, Error, Patience};

/// GitHub, with a token and the time that a call may take.
#[derive(Debug, Clone)]
pub struct GitHub {
    client: reqwest::Client,
    pub(crate) base: Base,
    pub(crate) token: Option<SecretString>,
    version: ApiVersion,
    patience: Patience,
    /// When the next write may go out; held while one is on its way, so that writes are serial.
    next_write: Arc<Mutex<Option<Instant>>>,
}

impl GitHub {
    /// GitHub behind `api`, such as `https://api.github.com`. The client must not follow redirects:
    /// [`client_builder`](crate::client_builder) sets it up.
    ///
    /// # Errors
    /// [`Error::Url`] when the address holds a user, a query or a fragment, or is not HTTP.
    pub fn new(client: reqwest::Client, api: Url, token: Option<SecretString>) -> Result<Self, Error> {
        Ok(Self {
            client,
            base: Base::new(api)?,
            token,
            version: ApiVersion::default(),
            patience: Patience::default(),
            next_write: Arc::default(),
        })
    }

    /// The same, with another version of the REST API.
    #[must_use]
    pub fn with_version(mut self, version: ApiVersion) -> Self {
        self.version = version;
        self
    }

    /// The same, with other time limits.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Makes a call; a write waits for its turn.
    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let url = self.base.operation(&call.path, &call.query);
        self.send(call.method.clone(), &url, call.body.as_ref(), call.repeat).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        url: &Url,
        body: Option<&serde_json::Value>,
        repeat: Repeat,
    ) -> Result<Answer, Error> {
        let end = Instant::now() + self.patience.total;
        if repeat == Repeat::Read {
            return self.tries(&method, url, body, None, repeat, end).await;
        }
        let mut next = self.next_write.lock().await;
        if let Some(at) = *next {
            sleep_until(at).await;
        }
        let answer = self.tries(&method, url, body, None, repeat, end).await;
        *next = Some(Instant::now() + self.patience.between_writes);
        answer
    }

    /// Reads what is not as it was kept under the mark `kept`.
    pub(crate) async fn ask_again(&self, url: &Url, kept: Option<&str>) -> Result<Answer, Error> {
        let end = Instant::now() + self.patience.total;
        self.tries(&Method::GET, url, None, kept, Repeat::Read, end).await
    }

    async fn tries(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&serde_json::Value>,
        kept: Option<&str>,
        repeat: Repeat,
        end: Instant,
    ) -> Result<Answer, Error> {
        let asking = Asking { client: &self.client, token: self.token.as_ref(), version: self.version };
        let mut tries = 0;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let limit = self.patience.attempt.min(left);
            let error = match asking.send(method.clone(), url, body, kept, limit).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match pause(&error, repeat, tries, &self.patience) {
                Some(wait) if Instant::now() + wait < end => sleep(wait).await,
                // What is said before any work is no doubt about the work.
                _ if repeat != Repeat::Read && error.is_ambiguous() => {
                    return Err(Error::Unconfirmed(Box::new(error)));
                }
                _ => return Err(error),
            }
            tries += 1;
        }
    }
}
