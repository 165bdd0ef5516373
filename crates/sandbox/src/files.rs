//! Writes files that only their owner may read, whole or not at all.

use camino::Utf8Path;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use crate::{Error, error};

/// Writes `text` beside `path` and renames it: a reader sees the old file or the new one.
pub(crate) fn write(path: &Utf8Path, text: &str) -> Result<(), Error> {
    let beside = path.with_added_extension("new");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .map_err(error::io("create", &beside))?;
    file.write_all(text.as_bytes()).map_err(error::io("write", &beside))?;
    std::fs::rename(&beside, path).map_err(error::io("write", path))
}

/// The last `count` lines of a file; empty when there is none.
pub(crate) fn last_lines(path: &Utf8Path, count: usize) -> Vec<String> {
    let Ok(bytes) = std::fs::read(path) else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut lines: Vec<String> = text.lines().rev().take(count).map(str::to_owned).collect();
    lines.reverse();
    lines
}
