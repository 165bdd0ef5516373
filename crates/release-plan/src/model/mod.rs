//! The plan as it is shown, saved and held to: the format `plan/v1`.

mod document;
mod hash;
mod impact;
mod object;
mod step;

pub use document::{Document, FORMAT, MemberPlan};
pub use hash::PlanHash;
pub use impact::{Code, Impact};
pub use object::{Change, Conflict, Drift, Field, Hunk, ObjectPlan, Restart, Unproven};
pub use step::{Action, ApplyPlan, ChartPlan, HelmPlan, HookPlan, RunPlan, StepPlan};
