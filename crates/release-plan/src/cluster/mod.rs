//! What only the cluster can say: dry runs of our own, and counts.

mod carry_out;
mod census;
mod give_back;
mod restore;
mod served;
mod try_apply;

pub use carry_out::{Touched, Was, carry_out, touched};
pub use census::{Census, census};
pub use give_back::give_back;
pub use restore::restore;
pub use try_apply::try_apply;

/// How many requests are under way at once: what a client may send in a burst without being held back.
pub(crate) const AT_ONCE: usize = 16;
