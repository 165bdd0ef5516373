//! Opens the encrypted files of a deployment repository in memory.
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

#[cfg(feature = "age")]
pub mod age;
pub mod attributes;
#[cfg(feature = "age")]
pub mod audit;
mod error;
pub mod filter;
mod key;
mod leaves;
mod opened;
mod problems;
pub mod repository;
mod secret;
mod text;

pub use error::Error;
pub use git_crypt_format::{Notice, is_sealed};
pub use key::Key;
pub use opened::Opened;
pub use problems::PROBLEMS;
pub use secret::Secret;
