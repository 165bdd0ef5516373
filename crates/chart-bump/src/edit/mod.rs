//! Lossless edits: one scalar of a YAML text changes, and not one byte beside it.

pub(crate) mod events;
mod file;
mod leaves;
mod locate;
mod path;
mod plain;
mod proof;
mod quote;

pub use file::{Edit, Leaf, NewValue, YamlFile};
pub use path::{Step, YamlPath};
