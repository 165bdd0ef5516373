//! One file a command.

pub(crate) mod diagnose;
pub(crate) mod problems;
pub(crate) mod replay;
pub(crate) mod run;
mod saved;
pub(crate) mod schema;
mod verdicts;
pub(crate) mod wait;
