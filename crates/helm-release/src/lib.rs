//! The pure codec of Helm's release Secrets.
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

mod chart;
mod codec;
mod document;
mod error;
mod history;
mod hook;
mod manifest;
mod release;
mod revision;
mod scope;
mod secret;
mod status;
mod values;

pub use chart::{Chart, Dependency};
pub use error::{Error, PROBLEMS};
pub use history::HistoryEntry;
pub use hook::{Hook, HookPhase};
pub use manifest::{ManifestObject, documents, objects};
pub use release::{ApplyMethod, Release};
pub use revision::{InvalidRevision, Revision};
pub use scope::is_cluster_scoped;
pub use secret::{SECRET_TYPE, parse_secret_name, secret_name, selector};
pub use status::Status;
