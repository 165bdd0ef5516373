//! Addresses below which a service answers, with or without a sub-path, and how an address may be shown.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests stop at the first surprise"))]

mod base;
mod shown;

pub use base::{BaseUrl, Refused};
pub use shown::shown;
