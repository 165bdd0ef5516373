//! What the whole history of a repository shows of its secrets.

mod access;
mod exposure;
mod history;
mod stray;

pub use access::{Access, gpg_access, reader_access};
pub use exposure::{Exposure, Sealing, exposures, versions_under};
pub use history::{Change, Commit, History};
pub use stray::{Stray, stray};
