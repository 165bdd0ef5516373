//! age files: sealed to people and programs, each with a key of their own.
//!
//! Any age opens what is sealed here, and the other way round. Two things age itself leaves open are closed:
//! anyone who knows the recipients can seal a file, so a [`Manifest`] under a key that only readers have says
//! which files are theirs; and the `age` crate reads two malformed headers, so every header is checked first.

mod armor;
mod error;
mod file;
mod header;
mod hybrid;
mod identities;
mod keyring;
mod listed;
mod manifest;
mod problems;
mod reader;
mod readers;
mod recipient;
pub mod rules;
mod ssh;
mod status;
mod vault;
mod xwing;

pub use armor::in_text;
pub use error::Error;
pub use file::{is_sealed, open, seal};
pub use header::stanzas;
pub use identities::Identities;
pub use keyring::Keyring;
pub use listed::Listed;
pub use manifest::{Difference, Manifest};
pub use problems::PROBLEMS;
pub use reader::Reader;
pub use readers::{Readers, without};
pub use recipient::Recipient;
pub use status::Status;
pub use vault::{Contents, Paths, Vault, Written};
