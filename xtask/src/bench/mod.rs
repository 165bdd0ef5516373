//! Measures a tool beside its peers, in one run on one machine.

mod check;
mod completion;
mod figures;
mod index;
mod logins;
mod measure;
mod rollout;
mod scene;
mod waiter;

pub(crate) use check::{Options as CheckOptions, check};
pub(crate) use index::{Options as IndexOptions, index};
pub(crate) use rollout::{Options, rollout};
