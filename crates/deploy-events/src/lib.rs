//! Events of a run, their fold into a [`Timeline`], and the pure renderers of every surface.
//!
//! A run is told by its events alone: whoever holds the log can draw any surface again, byte for byte.
//! Nothing here waits, reads a clock or prints.
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests stop at the first surprise"
    )
)]

mod error;
mod event;
mod kind;
mod log;
mod outcome;
pub mod render;
mod stage;
mod timeline;
mod timeline_member;

pub use error::{Error, PROBLEMS};
pub use event::{Event, Scope, VERSION};
pub use kind::{Census, CheckVerdict, Kind, ObjectVerdict, PlannedWrite, WriteVerb};
pub use log::{Reader, to_line};
pub use outcome::Outcome;
pub use stage::Stage;
pub use timeline::Timeline;
pub use timeline_member::{CheckLine, MemberLine, ObjectLine, StageLine};
