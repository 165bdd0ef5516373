//! Measures a tool beside its peers, in one run on one machine.

mod completion;
mod figures;
mod logins;
mod measure;
mod plan;
mod rollout;
mod scene;
mod waiter;

pub(crate) use plan::{PlanOptions, plan};
pub(crate) use rollout::{Options, rollout};
