//! The commits of an upstream repository, as a local clone has them.

mod graph;
mod read;

pub use graph::History;
pub use read::read_history;
