//! Asks a component over HTTP whether it is ready.

use bytes::Bytes;
use camino::Utf8Path;
use http_body_util::{BodyExt as _, Empty};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use std::sync::Arc;
use std::time::Duration;

use crate::Error;

/// A connector that trusts the certificates in one file and nothing else.
pub(crate) fn connector(certificates: &Utf8Path) -> Result<HttpsConnector<HttpConnector>, Error> {
    let refused = |said: &dyn std::fmt::Display| Error::Keys { said: said.to_string() };
    let mut roots = rustls::RootCertStore::empty();
    let read = CertificateDer::pem_file_iter(certificates).map_err(|error| refused(&error))?;
    for certificate in read {
        let certificate = certificate.map_err(|error| refused(&error))?;
        roots.add(certificate).map_err(|error| refused(&error))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build())
}

/// Asks components for their health.
#[derive(Debug, Clone)]
pub(crate) struct Prober {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

impl Prober {
    pub(crate) fn new(certificates: &Utf8Path) -> Result<Self, Error> {
        let client = Client::builder(TokioExecutor::new()).build(connector(certificates)?);
        Ok(Self { client })
    }

    /// `Ok` when `url` answers with a success within a second, else what was met instead.
    pub(crate) async fn ask(&self, url: &str) -> Result<(), String> {
        let uri = url.parse::<http::Uri>().map_err(|error| error.to_string())?;
        let answer = tokio::time::timeout(Duration::from_secs(1), self.client.get(uri))
            .await
            .map_err(|_| "no answer within a second".to_owned())?
            .map_err(|error| chain(&error))?;
        if answer.status().is_success() {
            return Ok(());
        }
        let status = answer.status();
        let body = answer.into_body().collect().await.map(http_body_util::Collected::to_bytes);
        let text = String::from_utf8_lossy(&body.unwrap_or_default()).trim().to_owned();
        Err(format!("{status} {text}"))
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
