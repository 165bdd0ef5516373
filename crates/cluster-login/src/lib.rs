//! From a kubeconfig to a client of the cluster that it names.
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests stop at the first surprise"
    )
)]

mod cluster;
mod error;
mod kubeconfig;

pub use cluster::Cluster;
pub use error::{Error, PROBLEMS};
pub use kubeconfig::Kubeconfig;
