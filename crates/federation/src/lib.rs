//! `federation.yaml`, the file that says what is deployed where, as typed values with their places.
//!
//! [`Federation::parse`] takes a text and gives either a federation in which every default is
//! applied, every placeholder filled in and every rule kept, or all mistakes it can find, each
//! with its place and the nearest right name. Nothing is opened, read or asked.
//!
//! What of the file a run acts on is written in one table, [`keys`]; what it does not act on yet is
//! in [`Federation::not_yet`], so that a run can refuse it: a key is never silently ignored.
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

mod desk;
mod error;
mod expand;
mod federation;
mod item;
pub mod keys;
mod model;
mod near;
mod notice;
mod placeholder;
mod problems;
mod reader;
mod rules;
mod scalar;
mod schema;
mod select;
pub mod shape;
mod tree;

pub use error::{Error, Errors};
pub use expand::ValuesFile;
pub use federation::Federation;
pub use model::{
    Action, Apply, Auth, Build, Chart, Check, CheckKind, FileRef, Gke, Grafana, Helm, Image, Launch, Member,
    Notify, NotifyOn, OnFailure, Rule, Run, Secrets, Source, Step, Urls, Values, Wave,
};
pub use notice::Notice;
pub use problems::PROBLEMS;
pub use rules::RESERVED;
pub use schema::schema;
