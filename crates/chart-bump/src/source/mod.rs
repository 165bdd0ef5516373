//! Where versions are published.

mod http;
mod index;

pub use http::fetch_index;
pub use index::{Index, IndexEntry};
