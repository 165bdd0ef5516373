//! A proxy in front of the API server that injects faults on order and writes each of them down.
//!
//! It speaks plain HTTP on the loopback address and hands the caller's own credential on over
//! TLS. Bodies are streamed both ways unbuffered, so a watch works through it as without it.

mod board;
mod client;
mod config;
mod control;
mod fault;
mod forward;
mod record;
mod server;
mod stream;
mod wire;

pub use client::FaultProxy;
pub use config::ProxyConfig;
pub use fault::{Effect, Fault, Target};
pub use record::Injected;
pub use server::run_proxy;

/// The body of every answer of the proxy's process.
pub(crate) type Body = http_body_util::combinators::UnsyncBoxBody<bytes::Bytes, Broken>;
/// Why a connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Broken(String);

impl Broken {
    pub(crate) fn new(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

fn text(text: impl Into<bytes::Bytes>) -> Body {
    use http_body_util::BodyExt as _;
    http_body_util::Full::new(text.into()).map_err(|never| match never {}).boxed_unsync()
}
