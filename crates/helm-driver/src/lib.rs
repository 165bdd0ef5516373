//! Drives Helm 3.19+ and 4.x through a relay that sees every write.
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

mod api_status;
mod chart;
mod class;
mod classify;
#[cfg(test)]
mod classify_tests;
mod command;
mod dependencies;
mod driver;
mod error;
#[cfg(test)]
mod error_tests;
mod failure;
mod helm;
mod homes;
mod locate;
mod majors;
mod offline;
mod operation;
mod outcome;
mod place;
mod plan;
mod progress;
mod relay;
mod run;
mod store;
mod talk;
mod template;
mod upgrade;
mod values;
mod verb;

pub use api_status::{ApiCause, ApiStatus};
pub use chart::{Chart, ChartDigest, OciChart, OpenedChart, PackedChart};
pub use class::{Class, PROBLEMS};
pub use dependencies::BuiltChart;
pub use driver::Driver;
pub use error::Error;
pub use failure::{Failure, Left, Record};
pub use helm::Helm;
pub use majors::Major;
pub use operation::{Control, Operation};
pub use plan::{Change, Plan, PlanHash, PlannedHook, PlannedWrite, PredictedWrite, Prediction};
pub use progress::{Done, Progress};
pub use template::{Rendered, Template};
pub use upgrade::Upgrade;
pub use values::Values;
pub use verb::Verb;
