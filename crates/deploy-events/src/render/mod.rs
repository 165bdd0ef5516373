//! Pure renderers: a timeline, or one event on top of it, to text.

mod frame;
mod json;
mod line;
mod summary;
mod words;

pub use frame::frame;
pub use json::result;
pub use line::{line, plan};
pub use summary::summary;
pub use words::seconds;
