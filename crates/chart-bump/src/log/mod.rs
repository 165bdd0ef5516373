//! What happened upstream between two versions.

mod charts;
mod merged;

pub use charts::nested_version;
pub use merged::{Merged, merged};
