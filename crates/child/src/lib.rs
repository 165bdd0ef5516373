//! Starts a program with inherited descriptors in its own process group.
//!
//! This is the only crate that starts processes. What it promises, and its tests show with real
//! programs: nothing of our environment reaches the program but what was named, no descriptor
//! but those handed to it, no line is lost without a mark, and nothing of it outlives [`Running`].
#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]
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

mod error;
mod exit;
mod group;
mod line;
mod lines;
mod memfile;
mod output;
mod pipes;
mod program;
mod running;
mod script;
mod splitter;
mod sys;
mod watched;

pub use error::{Error, PROBLEMS};
pub use exit::Exit;
pub use line::{Line, MAX_LINE, Stream};
pub use memfile::Memfile;
pub use output::Output;
pub use program::Program;
pub use running::Running;
pub use sys::inherit_none;
