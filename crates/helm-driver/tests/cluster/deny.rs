//! An admission webhook that says no.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::Service;
use kube::api::{Api, PostParams};
use serde_json::{Value, json};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::lab::Lab;

/// A running webhook.
pub(crate) struct Deny {
    port: u16,
    asked: Arc<AtomicUsize>,
}

fn pem(name: &str) -> Vec<u8> {
    std::fs::read(test_support::fixtures().join("helm/webhook").join(name)).unwrap()
}

impl Deny {
    pub(crate) async fn start(why: &'static str) -> Self {
        let certificate = CertificateDer::from_pem_slice(&pem("cert.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_slice(&pem("key.pem")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, count) = (acceptor.clone(), Arc::clone(&count));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = service_fn(move |request| {
                        count.fetch_add(1, Ordering::Relaxed);
                        answer(request, why)
                    });
                    let server = hyper::server::conn::http1::Builder::new();
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { port, asked }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn certificate(&self) -> String {
        STANDARD.encode(pem("cert.pem"))
    }

    /// Returns once the API server asks it: it takes a moment to know of a webhook.
    pub(crate) async fn is_asked(&self, lab: &Lab) {
        let services: Api<Service> = Api::namespaced(lab.client.clone(), lab.namespace.as_str());
        let service = json!({"metadata": {"name": "tried"}, "spec": {"ports": [{"port": 80}]}});
        let service: Service = serde_json::from_value(service).unwrap();
        let dry = PostParams { dry_run: true, ..PostParams::default() };
        for _ in 0..100 {
            let _ = services.create(&dry, &service).await;
            if self.asked.load(Ordering::Relaxed) > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the API server never asked the webhook");
    }
}

async fn answer(request: Request<Incoming>, why: &str) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let body = request.into_body().collect().await?.to_bytes();
    let mut review: Value = serde_json::from_slice(&body).unwrap();
    review["response"] =
        json!({"uid": review["request"]["uid"], "allowed": false, "status": {"message": why}});
    let mut response = Response::new(Full::new(review.to_string().into()));
    response.headers_mut().insert("content-type", "application/json".parse().unwrap());
    Ok(response)
}
