//! Verifies a BinderHub or a JupyterHub as a user would: look, launch, use, leave.
//!
//! [`verify`] runs the checks and tells everything it sees as a stream of [`Progress`]; the last
//! item is the [`Report`]. The decisions are pure functions over recorded bytes: the event
//! decoder, the budgets of a launch, the meaning of a `failed` event, the comparison of versions.
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

mod base_url;
mod budgets;
mod cause;
mod check;
mod checks;
mod client;
mod error;
mod event;
mod fault;
mod finding;
mod http;
mod launch;
mod launch_spec;
mod phase;
mod report;
mod run;
mod server;
mod sse;
mod target;
mod text;
mod verify;
mod version;

pub use self::base_url::BaseUrl;
pub use budgets::Budgets;
pub use cause::{Cause, PROBLEMS};
pub use check::{CheckResult, Component, Verdict};
pub use client::client_builder;
pub use error::Error;
pub use launch_spec::LaunchSpec;
pub use phase::Phase;
pub use report::{Overall, Report};
pub use sse::{Decoder, Frame, Message, Tail};
pub use target::{BinderHub, Expected, JupyterHub, Target};
pub use verify::{Progress, Verification, verify};
pub use version::same_release;
