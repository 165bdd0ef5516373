//! Typed Grafana annotations: a region of a deploy, from its start to its outcome.
//!
//! Speaks the annotations API that Grafana 9 to 13 share. A region is opened as a point and closed
//! by setting its end, because Grafana knows no region without one. Nothing here trusts a status
//! alone: a login page is 200 too, and a redirected POST becomes a GET that answers `[]`.
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests stop at the first surprise"
    )
)]

mod annotation;
mod base;
mod budget;
mod error;
mod grafana;
mod region;
mod tag;
mod wire;

pub use annotation::{Annotation, Health};
pub use budget::Budget;
pub use error::{Error, PROBLEMS};
pub use grafana::Grafana;
pub use region::{Marker, Outcome, Region};
pub use tag::{Tag, Tags};
pub use wire::client_builder;
