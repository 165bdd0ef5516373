//! `bump.yaml`: what a repository watches, and what it leaves alone.

mod model;
mod node;
mod read;

pub use model::{BumpFile, Ignored, Place, PullRequests, Source, Upstream, Watch};
