//! Where versions are published.

mod cache;
mod credentials;
mod fetch;
mod http;
mod index;
mod listed;
mod reference;
mod registry;
mod repository;
mod skim;
mod sources;
mod token;
mod window;

pub use cache::Cache;
pub use credentials::Credentials;
pub use index::{Index, IndexEntry, Nested};
pub use repository::helm_source;
pub use sources::Sources;
