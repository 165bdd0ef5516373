//! Merges sealed files by their plaintext, which stays in memory.

use std::sync::Arc;
use std::time::Duration;

use child::Memfile;
use zeroize::Zeroizing;

use super::Filter;
use crate::repository::{Error, Git, TreePath};

const PATIENCE: Duration = Duration::from_secs(600);
const LARGEST: usize = 1 << 30;

/// The three versions of a file, as git has them: sealed, or empty where there was none.
#[derive(Debug)]
pub struct Sides {
    /// The common ancestor.
    pub base: Vec<u8>,
    /// Ours.
    pub ours: Vec<u8>,
    /// Theirs.
    pub theirs: Vec<u8>,
}

/// What came of it.
#[derive(Debug)]
pub struct Merged {
    /// The result, sealed; with conflict markers in its plaintext where there are conflicts.
    pub sealed: Vec<u8>,
    /// How many conflicts are left.
    pub conflicts: u32,
}

/// Merges as `git merge-file` merges the plaintexts.
///
/// # Errors
/// [`Error::Vault`] where a side does not open, [`Error::NoKey`] where the clone is locked,
/// [`Error::Git`] where git cannot merge them, as with binary files.
pub async fn merge(
    filter: &Filter,
    git: &Git,
    path: &TreePath,
    marker: u32,
    sides: &Sides,
) -> Result<Merged, Error> {
    let Some(key) = filter.key() else {
        return Err(Error::NoKey { file: path.shown(), name: filter.name.clone() });
    };
    let mut files = Vec::new();
    for (name, bytes) in [("ours", &sides.ours), ("base", &sides.base), ("theirs", &sides.theirs)] {
        let opened = filter.smudge(path, Zeroizing::new(bytes.clone()))?;
        files.push(Arc::new(Memfile::new(name, &opened)?));
    }
    let mut program = git.program(["merge-file", "-p", "--marker-size", &marker.to_string()]);
    for name in ["ours", "base", "theirs"] {
        program = program.args(["-L", name]);
    }
    for file in files {
        program = program.arg(file.path().as_str()).hand(file);
    }
    let output = program.output(PATIENCE, LARGEST).await?;
    let merged = Zeroizing::new(output.stdout);
    match output.exit.code {
        Some(conflicts @ 0..=127) => {
            Ok(Merged { sealed: key.seal(&merged), conflicts: u32::try_from(conflicts).unwrap_or(1) })
        }
        _ => Err(Error::Git {
            command: "merge-file".to_owned(),
            said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        }),
    }
}
