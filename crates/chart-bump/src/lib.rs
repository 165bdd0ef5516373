#![doc = include_str!("../README.md")]
//! # Rooms
//! [`edit`] changes one scalar of a YAML text and proves it; [`version`] knows the schemes and
//! their orders; [`source`] reads what is published; [`config`] reads `bump.yaml`;
//! [`find_watched`], [`find_image`] and [`find_dependency`] say where a name is pinned; [`resolve`]
//! which version is meant, past every [`Guard`]; [`Plan`] joins them, in memory; [`write_files`]
//! writes. Only [`source::fetch_index`] speaks to a network, with the client that it is given, and
//! only [`read_history`] starts a program, the git that it is given.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")
)]

mod catalogue;
pub mod config;
mod diff;
pub mod edit;
mod error;
mod find;
pub mod forge;
mod guard;
mod history;
mod image;
mod near;
mod notice;
mod plan;
mod published;
mod resolve;
pub mod source;
mod upstream;
pub mod version;
mod walk;
mod watched;
mod write;

pub use diff::unified_diff;
pub use error::{BumpError, ConfigFault, Origin, PROBLEMS, PartFault, Refusal};
pub use find::{Found, Pin, find_dependency, repository_root};
pub use guard::{Allow, Guard};
pub use history::{History, read_history};
pub use image::Part;
pub use notice::Notice;
pub use plan::{FileChange, Move, Plan};
pub use published::Published;
pub use resolve::{Resolved, Rules, Target, resolve};
pub use upstream::compare_url;
pub use walk::{manifests, values_files};
pub use watched::{find_image, find_watched};
pub use write::write_files;
