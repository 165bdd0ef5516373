//! How tests find the sandbox, find real data, and say aloud what they skipped.
//!
//! A development dependency only; no binary and no library ships it.
#![forbid(unsafe_code)]

mod data;
mod sandbox;
mod skip;

pub use data::{fixtures, proof_scale, samples_or_skip};
pub use sandbox::{Helms, Proxy, Sandbox};
pub use skip::{peer_or_skip, skip};
