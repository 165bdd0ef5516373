//! The charts that a chart needs: from the cache by digest, else from where they are published.

mod build;
mod cache;
mod copy;
mod declared;
mod pull;
mod repositories;

pub use build::BuiltChart;
pub(crate) use build::build;
pub(crate) use cache::Cache;
pub(crate) use copy::copy;
pub(crate) use declared::Declared;
pub(crate) use pull::pull;
