//! What a deployment will do to each object, whom it hits, and a hash that holds it to that.
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

mod agree;
mod apply_step;
mod canonical;
mod cluster;
mod compare;
mod diff;
mod drift;
mod error;
mod forecast;
mod helm_step;
mod known;
mod manifest;
mod model;
mod needs;
mod normal;
mod rules;
mod run_step;
mod schema;
mod veil;

pub use agree::{Disagreement, disagreement};
pub use apply_step::{Attempt, Manifest, Verdict, apply_step};
pub use cluster::{Census, Touched, Was, carry_out, census, give_back, restore, touched, try_apply};
pub use drift::drifted;
pub use error::{Error, PROBLEMS};
pub use forecast::{Forecast, How, Write};
pub use helm_step::helm_step;
pub use known::{Named, given, held};
pub use model::{
    Action, ApplyPlan, Change, ChartPlan, Code, Conflict, Document, Drift, FORMAT, Field, HelmPlan, HookPlan,
    Hunk, Impact, MemberPlan, ObjectPlan, PlanHash, Restart, RunPlan, StepPlan, Unproven,
};
pub use needs::link;
pub use run_step::{Program, run_step};
pub use schema::schema;
pub use veil::Veil;

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
