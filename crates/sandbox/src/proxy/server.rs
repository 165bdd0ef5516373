//! The proxy's process: the API, the control endpoint and the simulated nodes' logs.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};

use super::forward::{Faults, Forward};
use super::record::FaultLog;
use super::wire::{Cut, Wire};
use super::{Body, Broken, ProxyConfig, control};
use crate::node_logs::NodeLogs;
use crate::{Error, error, node_logs, probe};

/// Runs the proxy until the process ends. [`up`](crate::up) starts it as a process of its own
/// through `Config::proxy_command`; read the configuration with [`ProxyConfig::read`].
///
/// # Errors
/// When a port is taken or the certificate cannot be read.
pub async fn run_proxy(config: ProxyConfig) -> Result<(), Error> {
    let faults = Arc::new(Faults::new(FaultLog::create(&config.fault_log)?));
    let connector = probe::connector(&config.certificate)?;
    let forward = Forward {
        upstream: config.upstream.clone(),
        client: Client::builder(TokioExecutor::new()).build(connector.clone()),
        faults: Arc::clone(&faults),
    };
    let nodes = NodeLogs {
        upstream: config.upstream.clone(),
        token: config.token.clone(),
        client: Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(connector),
    };
    let tls = node_logs::acceptor(&config.certificate, &config.certificate_key)?;
    let api = listen(config.port).await?;
    let orders = listen(config.control_port).await?;
    let kubelet = listen(config.node_port).await?;
    tokio::join!(
        accept(api, |stream| {
            let forward = forward.clone();
            let cut = Cut::default();
            let wire = Wire::new(stream, cut.clone());
            serve(wire, move |request| {
                let (forward, cut) = (forward.clone(), cut.clone());
                async move { forward.answer(request, cut).await }
            })
        }),
        accept(orders, |stream| {
            let faults = Arc::clone(&faults);
            serve(stream, move |request| control::answer(Arc::clone(&faults), request))
        }),
        accept(kubelet, |stream| {
            let (nodes, tls) = (nodes.clone(), tls.clone());
            async move {
                if let Ok(stream) = tls.accept(stream).await {
                    serve(stream, move |request| {
                        let nodes = nodes.clone();
                        async move { nodes.answer(request).await }
                    })
                    .await;
                }
            }
        }),
    );
    Ok(())
}

async fn listen(port: u16) -> Result<TcpListener, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(error::io("bind", format!("127.0.0.1:{port}")))
}

async fn accept<F>(listener: TcpListener, handle: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        // An error concerns the one connection that was about to come.
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(handle(stream));
        }
    }
}

async fn serve<F>(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    answer: impl Fn(Request<Incoming>) -> F,
) where
    F: Future<Output = Result<Response<Body>, Broken>>,
{
    // A broken connection is the peer's business, or was ordered.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .await;
}
