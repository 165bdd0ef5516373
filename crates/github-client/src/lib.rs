//! The calls of GitHub that a deployment needs, typed, and safe to repeat.
//!
//! [`GitHub`] holds a client that is given to it, the address of the API and a token. Each file
//! below names the operations of one room; nothing here decides what a deployment does with them.
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

mod base;
mod call;
mod checks;
mod client;
mod compare;
mod error;
mod git_data;
mod graphql;
mod history;
mod limits;
mod listed;
mod names;
mod page;
mod patience;
mod problems;
mod published;
mod pulls;
mod refs;
mod repository;
mod version;
mod wire;

pub use checks::{Check, CheckState, Checks};
pub use client::GitHub;
pub use compare::{Commit, Compared, Standing};
pub use error::Error;
pub use git_data::{CommitObject, Mode, NewFile, TreeEntry};
pub use history::{HistoryPage, Merged, Past};
pub use listed::{Listed, ListedPage, Listing};
pub use names::{Branch, NameError, Oid, Repo};
pub use patience::Patience;
pub use problems::PROBLEMS;
pub use published::Release;
pub use pulls::{Pull, PullEdit, PullState};
pub use repository::Repository;
pub use version::ApiVersion;
pub use wire::client_builder;
