//! Pure renderers: a timeline, or one event on top of it, to text.

mod frame;
mod json;
mod line;
mod plan;
mod plan_step;
mod plan_view;
mod summary;
mod words;

pub use frame::frame;
pub use json::result;
pub use line::{line, plan};
pub use plan::plans;
pub use summary::summary;
pub use words::seconds;
