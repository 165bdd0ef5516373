//! Where versions are published.

mod http;
mod index;
mod repository;

pub use http::fetch_index;
pub use index::{Index, IndexEntry};
pub use repository::index_address;
