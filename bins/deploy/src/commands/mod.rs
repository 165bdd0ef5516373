//! One file a command.

pub(crate) mod diagnose;
pub(crate) mod exec;
mod hand;
pub(crate) mod problems;
pub(crate) mod replay;
pub(crate) mod run;
mod saved;
pub(crate) mod schema;
pub(crate) mod secrets;
mod verdicts;
pub(crate) mod wait;
