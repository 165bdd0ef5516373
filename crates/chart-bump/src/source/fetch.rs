//! A request that may end in many ways, and never in an endless answer.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use url::Url;

use crate::error::{BumpError, Origin};

/// A client with the whole time that one request may take, its body included.
#[derive(Debug, Clone)]
pub(crate) struct Fetch {
    pub(crate) client: reqwest::Client,
    pub(crate) timeout: Duration,
}

/// What a server said.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Fetch {
    /// Sends what `with` makes of a GET; every status is an answer.
    pub(crate) async fn get(
        &self,
        url: &Url,
        limit: usize,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Answer, BumpError> {
        let origin = || Box::new(Origin::Url(url.clone()));
        // Its own text would repeat the address, with the password that may be in it.
        let unreachable =
            |error: reqwest::Error| BumpError::Unreachable { origin: origin(), source: error.without_url() };
        let request = with(self.client.get(url.clone()).timeout(self.timeout));
        let mut answer = request.send().await.map_err(unreachable)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > limit {
                return Err(BumpError::TooLarge { origin: origin(), limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}

impl Answer {
    /// The answer, where its status is 200.
    pub(crate) fn ok(self, url: &Url) -> Result<Self, BumpError> {
        match self.status {
            StatusCode::OK => Ok(self),
            status => {
                Err(BumpError::Status { origin: Origin::Url(url.clone()).into(), status: status.as_u16() })
            }
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
