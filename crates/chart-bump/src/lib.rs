#![doc = include_str!("../README.md")]
//! # Rooms
//! [`edit`] changes one scalar of a YAML text and proves it; [`version`] knows the schemes and
//! their orders; [`source`] reads what is published; [`find_dependency`] says where a name is
//! pinned; [`resolve`] which version is meant; [`Plan`] joins them, in memory; [`write_files`]
//! writes. Only [`source::fetch_index`] speaks to a network, with the client that it is given.
#![forbid(unsafe_code)]

mod diff;
pub mod edit;
mod error;
mod find;
mod near;
mod notice;
mod plan;
mod resolve;
pub mod source;
mod upstream;
pub mod version;
mod walk;
mod write;

pub use diff::unified_diff;
pub use error::{BumpError, Origin, PROBLEMS, Refusal};
pub use find::{Found, Pin, find_dependency, repository_root};
pub use notice::Notice;
pub use plan::{FileChange, Move, Plan};
pub use resolve::{Resolved, Target, resolve};
pub use upstream::compare_url;
pub use walk::manifests;
pub use write::write_files;
