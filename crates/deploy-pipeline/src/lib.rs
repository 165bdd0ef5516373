//! The engine of a run: which stages, in which order, and what a failure in each of them means.
//!
//! Each file in `stages/` joins exactly one capability with the events of the run; the engine knows
//! the stages and no capability.
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

mod cover;
mod engine;
mod error;
mod fence;
mod forecast;
mod inputs;
mod interrupt;
mod member;
mod outcome;
mod request;
mod run;
mod secrets;
mod site;
mod stages;
mod told;
mod upgrade_request;
mod work;

pub use engine::up;
pub use error::{Error, PROBLEMS, Stop, Why};
pub use interrupt::{Interrupt, Phase, Reason};
pub use outcome::{Settled, outcome};
pub use request::{Mode, Operator, Request, Reveal, Tools};
