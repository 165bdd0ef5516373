//! A streaming masker built from any set of secret bytes.
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

mod actions;
mod common;
mod error;
mod escape;
mod masker;
mod pattern;
mod percent;
mod radix;
mod search;
mod stream;
mod warning;

pub use actions::add_mask;
pub use error::{Error, PROBLEMS};
pub use masker::Masker;
pub use stream::Stream;
pub use warning::{MIN_CHARS, Reason, Warning};
