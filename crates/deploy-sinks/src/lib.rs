//! Where the events of a run go: a terminal, plain lines, JSON lines, a file.
//!
//! Each sink has its own bounded queue and task. A sink that fails is told to the others and never
//! fails the run. What passes here is masked first.
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
mod json;
mod log_file;
mod mask;
mod plain;
mod recorder;
mod sink;
mod terminal;

pub use error::{Error, PROBLEMS};
pub use json::JsonLines;
pub use log_file::LogFile;
pub use plain::Plain;
pub use recorder::{Clock, Mask, Recorder};
pub use sink::Sink;
pub use terminal::Terminal;
