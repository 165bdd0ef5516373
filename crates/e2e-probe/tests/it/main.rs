//! The probe against recorded bytes, and against a wire that breaks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests stop at the first surprise"
)]

mod capture;
mod client;
mod gates;
mod launch;
mod replay;
mod secrets;
mod server;
mod wire;
mod world;
