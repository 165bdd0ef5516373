//! The formats of git-crypt: sealed files and key files, bytes in and bytes out.
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

mod cipher;
mod error;
mod guess;
mod key;
mod key_file;
mod key_text;
mod notice;
mod openssl;
mod sealed;

pub use error::{KeyError, OpenError, OpensslError};
pub use key::{Key, MATERIAL};
pub use key_file::is_name;
pub use notice::Notice;
pub use openssl::decrypt_aes_256_cbc;
pub use sealed::{OVERHEAD, is_sealed};
