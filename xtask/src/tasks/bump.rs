//! `cargo xtask bump`: the binary, built when needed.

use std::process::Command;

use anyhow::Result;

use crate::{run, workspace};

/// Runs it where the caller stands; its exit code.
pub(crate) fn bump(words: &[String]) -> Result<u8> {
    super::deploy::build("bump")?;
    let status = run::status(Command::new(workspace::target().join("debug/bump")).args(words))?;
    Ok(super::deploy::code(status))
}
