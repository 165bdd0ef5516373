//! Plans from releases, objects and predictions, without a cluster.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod apply;
mod cases;
mod hold;
mod planted;
mod problems;
mod scene;
