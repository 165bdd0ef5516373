//! How a test orders faults and learns what was injected.

use bytes::Bytes;
use camino::Utf8PathBuf;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::fault::Fault;
use super::record::Injected;
use crate::{Error, State, error};

/// A running fault proxy. All tests of a sandbox share it: aim at your own namespace.
#[derive(Debug, Clone)]
pub struct FaultProxy {
    control: String,
    log: Utf8PathBuf,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl FaultProxy {
    /// The proxy of a running sandbox.
    #[must_use]
    pub fn of(state: &State) -> Self {
        Self {
            control: state.proxy.control.clone(),
            log: state.proxy.log.clone(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Orders a fault and returns its number.
    ///
    /// # Errors
    /// [`Error::Control`] when the proxy does not take it.
    pub async fn inject(&self, fault: &Fault) -> Result<u64, Error> {
        let order = serde_json::to_vec(fault).map_err(|error| self.refused(&error))?;
        let answer = self.ask(Method::POST, order).await?;
        let known: serde_json::Value =
            serde_json::from_slice(&answer).map_err(|error| self.refused(&error))?;
        known.get("id").and_then(serde_json::Value::as_u64).ok_or_else(|| self.refused(&"it named no number"))
    }

    /// Takes all faults back; what hangs goes on.
    ///
    /// # Errors
    /// [`Error::Control`] when the proxy cannot be reached.
    pub async fn reset(&self) -> Result<(), Error> {
        self.ask(Method::DELETE, Vec::new()).await.map(|_| ())
    }

    /// What the fault `id` has hit so far, oldest first. A fault counts only when it stands here.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Unreadable`].
    pub fn injected(&self, id: u64) -> Result<Vec<Injected>, Error> {
        let text = std::fs::read_to_string(&self.log).map_err(error::io("read", &self.log))?;
        // The last line may be half written while we read.
        let (whole, _) = text.rsplit_once('\n').unwrap_or_default();
        let lines = whole.lines().map(serde_json::from_str::<Injected>);
        let read = lines.collect::<Result<Vec<_>, _>>();
        let all = read.map_err(|source| Error::Unreadable { path: self.log.clone(), source })?;
        Ok(all.into_iter().filter(|injected| injected.id == id).collect())
    }

    async fn ask(&self, method: Method, body: Vec<u8>) -> Result<Bytes, Error> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/faults", self.control))
            .body(Full::new(body.into()))
            .map_err(|error| self.refused(&error))?;
        let answer = self.client.request(request).await.map_err(|error| self.refused(&error))?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|error| self.refused(&error))?;
        let body = body.to_bytes();
        if status.is_success() {
            return Ok(body);
        }
        Err(self.refused(&format!("{status} {}", String::from_utf8_lossy(&body))))
    }

    fn refused(&self, said: &dyn std::fmt::Display) -> Error {
        Error::Control { control: self.control.clone(), said: said.to_string() }
    }
}
