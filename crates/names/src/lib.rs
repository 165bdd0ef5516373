//! Names of the field, each with the grammar that Kubernetes or Helm gives it.
//!
//! A type lives here only if two other crates take it in a public signature.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise"))]

mod grammar;
mod object;
mod types;

pub use grammar::InvalidName;
pub use object::ObjectRef;
pub use types::{MemberName, Namespace, ReleaseName, RunId, StepName, WaveName};
