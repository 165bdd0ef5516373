//! Proves that the crates depend on each other as the picture in `docs/architecture.md` draws it.

mod closure;
mod graph;
mod picture;
mod rooms;

pub(crate) use closure::closure;
pub(crate) use graph::Graph;
pub(crate) use picture::violations;
pub(crate) use rooms::{Room, crowded};
