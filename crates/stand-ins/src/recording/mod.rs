//! What a real server sent, byte for byte, and the few words of it that may be put differently.

mod format;
mod framing;
mod shelf;
mod substitute;

pub(crate) use format::{End, Recording};
pub(crate) use framing::Part;
pub(crate) use shelf::Shelf;
pub(crate) use substitute::Launch;
