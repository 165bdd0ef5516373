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

mod cipher;
mod error;
mod guess;
mod key;
mod key_file;
mod key_text;
mod leaves;
mod notice;
mod opened;
mod plaintext;
mod problems;
mod sealed;
mod secret;
mod shield;
mod sys;
mod text;
mod variables;

pub use error::Error;
pub use key::Key;
pub use notice::Notice;
pub use opened::Opened;
pub use problems::PROBLEMS;
pub use sealed::is_sealed;
pub use secret::Secret;
pub use shield::{lock_everything, shield};
