//! Measures a tool beside its peers, in one run on one machine.

mod chart;
mod completion;
mod figures;
mod logins;
mod measure;
mod rollout;
mod scene;
mod waiter;

pub(crate) use rollout::{Options, rollout};
