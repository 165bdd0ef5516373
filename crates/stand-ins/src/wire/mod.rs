//! HTTP/1.1 as bytes on a socket.
//!
//! Recorded answers keep their head and chunk framing as they were, so no HTTP library may stand
//! between a recording and the socket: requests are parsed, answers are written, here.

mod answer;
mod play;
mod request;

pub(crate) use answer::Answer;
pub(crate) use play::{Play, play};
#[cfg(test)]
pub(crate) use request::tests;
pub(crate) use request::{Query, Request, read};
