//! Serves `/containerLogs/NAMESPACE/POD/CONTAINER` as a kubelet does.

use bytes::Bytes;
use camino::Utf8Path;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use k8s_openapi::api::core::v1::Pod;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

use super::words::{self, Wanted};
use crate::Error;

use crate::proxy::{Body, Broken};

/// TLS with the API server's own certificate; it does not ask a kubelet for a better one.
pub(crate) fn acceptor(certificate: &Utf8Path, key: &Utf8Path) -> Result<TlsAcceptor, Error> {
    let refused = |said: &dyn std::fmt::Display| Error::Keys { said: said.to_string() };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| refused(&error))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| refused(&error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| refused(&error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Looks a pod up and says what its containers would have printed.
#[derive(Debug, Clone)]
pub(crate) struct NodeLogs {
    pub(crate) upstream: String,
    pub(crate) token: String,
    pub(crate) client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

impl NodeLogs {
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Broken> {
        let Some(wanted) = Wanted::parse(request.uri().path(), request.uri().query()) else {
            return Ok(respond(StatusCode::NOT_FOUND, "404 page not found\n".to_owned()));
        };
        let pod = self.pod(&wanted).await?;
        Ok(match words::of(&pod, &wanted) {
            Ok(text) => respond(StatusCode::OK, text),
            Err(refusal) => respond(StatusCode::BAD_REQUEST, refusal),
        })
    }

    async fn pod(&self, wanted: &Wanted) -> Result<Pod, Broken> {
        let (namespace, pod) = (&wanted.namespace, &wanted.pod);
        let request = Request::builder()
            .uri(format!("{}/api/v1/namespaces/{namespace}/pods/{pod}", self.upstream))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::USER_AGENT, "sandbox-node")
            .body(Empty::new())
            .map_err(Broken::new)?;
        let answer = self.client.request(request).await.map_err(Broken::new)?;
        let body = answer.into_body().collect().await.map_err(Broken::new)?;
        serde_json::from_slice(&body.to_bytes()).map_err(Broken::new)
    }
}

fn respond(status: StatusCode, text: String) -> Response<Body> {
    let body = Full::new(text.into()).map_err(|never| match never {}).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let plain = http::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}
