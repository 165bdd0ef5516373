//! Opens the encrypted files of a deployment repository in memory.
#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]
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
#[cfg(feature = "age")]
mod opener;
mod plaintext;
mod problems;
pub mod repository;
mod secret;
mod shield;
mod sys;
mod text;
mod variables;

pub use error::Error;
pub use git_crypt_format::{Notice, is_sealed};
pub use key::Key;
pub use opened::Opened;
#[cfg(feature = "age")]
pub use opener::{NotOpened, Opener, Way};
pub use problems::PROBLEMS;
pub use secret::Secret;
pub use shield::{lock_everything, shield};
