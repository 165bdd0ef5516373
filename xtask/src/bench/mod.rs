//! Measures a tool beside its peers, in one run on one machine.

mod completion;
mod figures;
mod logins;
mod measure;
mod redact;
mod rollout;
mod scene;
mod waiter;

pub(crate) use redact::{Options as RedactOptions, redact};
pub(crate) use rollout::{Options, rollout};
