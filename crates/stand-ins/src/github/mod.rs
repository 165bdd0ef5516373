//! A GitHub over HTTP that keeps what is written to it, and breaks where it is told to.
//!
//! Every request and every answer is judged by GitHub's own OpenAPI description
//! (`fixtures/github`): what it does not allow is answered as GitHub answers, or, where the stand-in
//! itself is wrong, told by [`GitHub::violations`]. Object ids are git's own. A [`Fault`] breaks one
//! request on the wire, before or after its work was done.
//!
//! A repository is set up by [`GitHub::add_repository`] and its neighbours, served by [`serve`], and
//! looked at by [`GitHub::pulls`] and [`GitHub::branches`].

mod contract;
mod edit;
mod fill;
mod graphql;
mod handle;
mod objects;
mod pulls;
mod reads;
mod rest;
mod serve;
mod shape;
mod state;

pub use handle::{GitHub, Merge};
pub use serve::serve;
pub use state::{Change, Pull, PullState};

/// What happens to one request instead of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// 403 with `Retry-After`, before any work: the secondary limit of GitHub.
    Limited {
        /// The header's seconds.
        retry_after: u64,
    },
    /// 403 of the secondary limit without a time.
    LimitedWithoutTime,
    /// 502 before any work.
    BadGateway,
    /// 502 although the work was done.
    BadGatewayAfter,
    /// No answer at all, and no work.
    Hang,
    /// No answer at all, although the work was done.
    HangAfter,
    /// The connection breaks in the middle of the answer; the work was done.
    CutAfter,
    /// The page of a proxy instead of an answer.
    Proxy,
}

/// A request, as a chooser of faults sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The operation, as OpenAPI names it: `pulls/create`; for GraphQL the name of its query.
    pub operation: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// Whether it writes.
    pub writes: bool,
}
