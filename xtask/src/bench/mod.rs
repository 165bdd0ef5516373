//! Measures a tool beside its peers, in one run on one machine.

mod completion;
mod figures;
mod history;
mod logins;
mod measure;
mod relay;
mod rollout;
mod scene;
mod waiter;

pub(crate) use history::{Options as HistoryOptions, history};
pub(crate) use relay::{Options as RelayOptions, relay};
pub(crate) use rollout::{Options, rollout};
