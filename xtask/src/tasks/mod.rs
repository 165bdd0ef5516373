//! One file a task.

pub(crate) mod bench;
pub(crate) mod bump;
pub(crate) mod ci;
pub(crate) mod deploy;
pub(crate) mod docs;
pub(crate) mod internal;
pub(crate) mod layering;
pub(crate) mod prove;
pub(crate) mod sandbox;
pub(crate) mod test;
