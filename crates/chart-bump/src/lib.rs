#![doc = include_str!("../README.md")]
//! # Rooms
//! [`edit`] changes one scalar of a YAML text and proves it; [`version`] knows the schemes and
//! their orders; [`source`] reads what is published; [`config`] reads `bump.yaml`;
//! [`find_watched`], [`find_image`] and [`find_dependency`] say where a name is pinned; [`resolve`]
//! which version is meant, past every [`Guard`]; [`Plan`] joins them, in memory; [`write_files`]
//! writes. A [`Deployment`] is a repository in memory, and a [`Subject`] one name of it; [`check()`]
//! judges names. Only [`source::Sources`] speaks to a network, with the client that it is given, and
//! only [`Git`] starts a program, the git that it is given.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")
)]

mod branch;
mod catalogue;
mod check;
mod clones;
pub mod config;
mod coverage;
mod deployment;
mod diff;
pub mod edit;
mod error;
mod files;
mod find;
pub mod forge;
mod git;
mod guard;
mod history;
mod image;
mod lock;
mod log;
mod near;
mod notice;
mod plan;
mod published;
mod resolve;
mod revert;
mod seal;
pub mod source;
mod story;
mod subject;
mod upstream;
pub mod version;
mod walk;
mod watched;
mod write;

pub use branch::{Committed, PREFIX as BRANCH_PREFIX, base_commit, commit_on_branch, commit_time};
pub use check::{Asked, Pending, Report, Sign, check, judge};
pub use clones::{Clones, UpstreamClone};
pub use coverage::{Kind as PinnedKind, Pinned, Unwatched, unwatched};
pub use deployment::Deployment;
pub use diff::unified_diff;
pub use error::{
    BranchFault, BumpError, ConfigFault, HistoryFault, Origin, PROBLEMS, PartFault, PrivateFault, Refusal,
    RevertFault,
};
pub use files::Files;
pub use find::{Found, Pin, find_dependency, repository_root};
pub use git::Git;
pub use guard::{Allow, Guard};
pub use history::{History, read_history};
pub use image::Part;
pub use lock::{Archives, Dependency, Import, digest};
pub use log::{Merged, merged, nested_version};
pub use notice::Notice;
pub use plan::{FileChange, Move, Plan};
pub use published::Published;
pub use resolve::{Resolved, Rules, Target, candidate, resolve};
pub use revert::{Landing, find_landing, revert};
pub use story::Story;
pub use subject::Subject;
pub use upstream::compare_url;
pub use walk::{manifests, values_files};
pub use watched::{find_image, find_watched};
pub use write::write_files;
