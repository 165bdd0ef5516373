//! The trait that every error of the workspace implements.

use std::borrow::Cow;

use crate::{Code, Place};

/// An error that an operator can act on.
pub trait Diagnose: std::error::Error {
    /// The stable code.
    fn code(&self) -> Code;

    /// What to do next.
    fn help(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// Where in a file the cause lies.
    fn place(&self) -> Option<Place> {
        None
    }
}
