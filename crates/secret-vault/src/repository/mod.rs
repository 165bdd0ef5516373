//! The encrypted files of a git repository: where they are, what state they are in, and how that changes.

mod blobs;
mod config;
mod entry;
mod error;
mod git;
mod gpg;
mod keyring;
mod lock;
mod object;
mod place;
mod problems;
mod rules;
mod status;
mod survey;
mod unlock;
mod wiring;
mod work_tree;

pub use config::Config;
pub use entry::{Entry, TreePath};
pub use error::Error;
pub use git::Git;
pub use gpg::{AddUser, Gpg, User};
pub use keyring::Keyring;
pub use lock::Locked;
pub use place::{Repository, Told, within};
pub use problems::PROBLEMS;
pub use rules::Rules;
pub use status::{Status, Summary};
pub use survey::{AgeFile, Survey};
pub use unlock::Unlocked;
pub use wiring::Wiring;
