//! Measures a tool beside its peers, in one run on one machine.

mod audit;
mod chart;
mod check;
mod completion;
mod figures;
mod fleet;
mod history;
mod index;
mod logins;
mod measure;
mod plan;
mod redact;
mod relay;
mod repositories;
mod rollout;
mod scene;
mod secrets;
mod times;
mod waiter;

pub(crate) use audit::{AuditOptions, audit};
pub(crate) use check::{Options as CheckOptions, check};
pub(crate) use history::{Options as HistoryOptions, history};
pub(crate) use index::{Options as IndexOptions, index};
pub(crate) use plan::{PlanOptions, plan};
pub(crate) use redact::{Options as RedactOptions, redact};
pub(crate) use relay::{Options as RelayOptions, relay};
pub(crate) use rollout::{Options, rollout};
pub(crate) use secrets::{SecretsOptions, secrets};
