//! Whether each name is up to date, and whether its source can still be believed.

mod judge;
mod look;
mod report;
mod sign;
mod unread;

pub use judge::judge;
pub use look::{Asked, check};
pub use report::{Pending, Report};
pub use sign::Sign;
