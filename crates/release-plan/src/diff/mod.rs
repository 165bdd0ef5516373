//! How two objects differ: by field, and as lines with context.

mod fields;
mod hunks;
mod lines;
mod path;

pub(crate) use fields::{Difference, differences};
pub(crate) use hunks::{hunks, whole};
