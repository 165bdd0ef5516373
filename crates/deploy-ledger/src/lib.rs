//! Lock, ledger and verified state: the few durable records by which a dead run is settled.
//!
//! All of them live in the namespace of the release. Nothing else is read by a recovery.
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

mod applied;
mod error;
mod holder;
mod home;
mod lease;
mod ledger;
mod local;
mod lock;
mod recovery;
mod store;
mod verified;

pub use applied::Applied;
pub use error::{Error, PROBLEMS};
pub use holder::{Holder, Process};
pub use home::Home;
pub use lease::Timings;
pub use ledger::{Ledger, StepRecord};
pub use local::LocalCopy;
pub use lock::{Clock, Lock};
pub use recovery::{Live, LiveStatus, Mark, Settlement, settlement};
pub use store::Store;
pub use verified::{Verified, digest};
