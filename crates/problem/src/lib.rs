//! What went wrong, where, and what to do next, in one shape for every crate.
//!
//! An error type implements [`Diagnose`]; whoever meets it turns it into a [`ProblemRecord`],
//! which is owned, serialisable and the same for the terminal, JSON and GitHub annotations.
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests stop at the first surprise"))]

mod code;
mod diagnose;
mod github;
mod place;
mod record;
mod reference;
mod terminal;

pub use code::{Code, Entry};
pub use diagnose::Diagnose;
pub use github::annotation;
pub use place::Place;
pub use record::ProblemRecord;
pub use reference::reference_page;
pub use terminal::{Style, render};
