//! Versions of charts and images as typed values, each scheme with its own order.
//!
//! The text of a version stays as it was published; what it means is read once, here. Two versions
//! are compared only where the text itself tells the order: [`Version::compare`] answers `None`
//! where nothing but the history of the commits could tell.

mod base;
mod calver;
mod chartpress;
mod hash;
mod scheme;
mod versioneer;

pub use base::Base;
pub use calver::Calver;
pub use chartpress::{Chartpress, Generation};
pub use hash::{CommitHash, NotAHash};
pub use scheme::{Meaning, Scheme, UnknownVersion, Version};
pub use versioneer::Versioneer;
