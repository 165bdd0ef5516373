//! `bump.yaml`: what a repository watches, and what it leaves alone.

mod credentials;
mod model;
mod node;
mod read;

pub use model::{BumpFile, HostCredentials, Ignored, Place, PullRequests, Source, Upstream, Watch};
