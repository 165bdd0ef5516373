//! What cannot be installed on one machine, played from recordings of the real thing.
//!
//! One HTTP server stands in for the BinderHub, the JupyterHub and the user servers of every member
//! of a sandbox, and for one Grafana. It answers **from the live objects of the member's namespace**:
//! what a deployment did to the cluster is what a check sees here.
//!
//! | path | stands in for |
//! |---|---|
//! | `/{namespace}/binder/...` | the member's BinderHub behind its ingress |
//! | `/{namespace}/hub/...` | the host of the member's JupyterHub, user servers included |
//! | everything else | Grafana with `serve_from_sub_path`, by default under `/grafana/` |
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests stop at the first surprise"
    )
)]

mod binder;
mod chance;
mod config;
mod dispatch;
mod error;
#[cfg(feature = "github")]
pub mod github;
mod grafana;
mod hub;
mod journal;
mod member;
mod recording;
mod route;
mod server;
mod wire;
mod world;

pub use config::{Clock, Config, Grafana, Role, Token};
pub use error::{Error, PROBLEMS};
pub use server::serve;
