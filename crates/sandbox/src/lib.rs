//! A real Kubernetes control plane on one machine, as plain processes.
//!
//! [`Tools`] finds or builds the programs, [`up`] boots them, [`down`] ends what `up` started.
//! Simulated nodes play what a real kubelet was recorded doing; [`FaultProxy`] injects faults on
//! the way to the API server; [`AuditLog`] counts who asked what.
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

mod audit;
mod boot;
mod client;
mod down;
mod error;
mod event;
mod files;
mod layout;
mod ledger;
mod lock;
mod node_logs;
mod probe;
mod process;
mod proxy;
mod stages;
mod state;
mod status;
mod tools;

pub use audit::{AuditLog, Mark, Request};
pub use boot::{Config, Service, free_port, up};
pub use client::cluster_client;
pub use down::down;
pub use error::{Error, PROBLEMS};
pub use event::{Event, Report};
pub use layout::Layout;
pub use proxy::{Effect, Fault, FaultProxy, Injected, ProxyConfig, Target, run_proxy};
pub use status::{Component, logs, status};
pub use test_support::Sandbox as State;
pub use tools::{Search, Source, Tool, Tools};
