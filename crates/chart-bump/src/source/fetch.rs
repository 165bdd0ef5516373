//! A request that may end in many ways, and never in an endless answer.

use std::time::Duration;

use bytes::Bytes;
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

/// An answer whose body is on its way.
pub(crate) struct Arriving {
    url: Url,
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    response: reqwest::Response,
    limit: usize,
    /// How many more bytes are taken.
    left: usize,
}

impl Fetch {
    /// Sends what `with` makes of a GET; every status is an answer.
    pub(crate) async fn get(
        &self,
        url: &Url,
        limit: usize,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Answer, BumpError> {
        let mut arriving = self.begin(url, limit, with).await?;
        let mut body = Vec::new();
        while let Some(piece) = arriving.next().await? {
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status: arriving.status, headers: arriving.headers, body })
    }

    /// The same, without waiting for its body.
    pub(crate) async fn begin(
        &self,
        url: &Url,
        limit: usize,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Arriving, BumpError> {
        let request = with(self.client.get(url.clone()).timeout(self.timeout));
        let response = request.send().await.map_err(|error| unreachable(url, error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Arriving { url: url.clone(), status, headers, response, limit, left: limit })
    }
}

fn unreachable(url: &Url, error: reqwest::Error) -> BumpError {
    // Its own text would repeat the address, with the password that may be in it.
    BumpError::Unreachable { origin: Origin::Url(url.clone()).into(), source: error.without_url() }
}

impl Arriving {
    /// The next piece of the body.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, BumpError> {
        let piece = self.response.chunk().await.map_err(|error| unreachable(&self.url, error))?;
        let size = piece.as_ref().map_or(0, Bytes::len);
        let too_large =
            || BumpError::TooLarge { origin: Origin::Url(self.url.clone()).into(), limit: self.limit };
        self.left = self.left.checked_sub(size).ok_or_else(too_large)?;
        Ok(piece)
    }

    /// The answer, where its status is 200.
    pub(crate) fn ok(self) -> Result<Self, BumpError> {
        ok(self.status, &self.url).map(|()| self)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

fn ok(status: StatusCode, url: &Url) -> Result<(), BumpError> {
    match status {
        StatusCode::OK => Ok(()),
        status => Err(BumpError::Status { origin: Origin::Url(url.clone()).into(), status: status.as_u16() }),
    }
}

impl Answer {
    /// The answer, where its status is 200.
    pub(crate) fn ok(self, url: &Url) -> Result<Self, BumpError> {
        ok(self.status, url).map(|()| self)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
