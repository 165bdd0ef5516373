//! One file a command.

pub(crate) mod problems;
pub(crate) mod replay;
pub(crate) mod run;
