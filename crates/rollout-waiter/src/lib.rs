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

mod cause;
mod diagnose;
mod error;
mod key;
mod memory;
pub mod model;
mod next;
mod objects;
mod policy;
mod report;
mod scope;
mod snapshot;
mod verdict;
mod watch;
mod words;

pub use cause::Cause;
pub use diagnose::{Diagnosis, diagnose};
pub use error::{Error, PROBLEMS};
pub use memory::Memory;
pub use objects::Objects;
pub use policy::Policy;
pub use report::{Report, Row};
pub use scope::Scope;
pub use snapshot::{Snapshot, State};
pub use verdict::{Finding, Judgement, Judgements, Progress, Verdict, verdict};
pub use watch::{wait, wait_alone};
