//! Whether every version that a repository pins is watched by somebody.

mod images;
mod pinned;
mod unwatched;

pub(crate) use pinned::dependencies;
pub use pinned::{Kind, Pinned};
pub use unwatched::{Unwatched, unwatched};
