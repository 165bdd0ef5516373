//! `Chart.lock` and the digests of archives beside it, which follow a bump.

mod archives;
mod digest;
mod follow;

pub use archives::Archives;
pub(crate) use archives::bare;
pub use digest::{Dependency, Import, digest};
pub(crate) use follow::follow;
