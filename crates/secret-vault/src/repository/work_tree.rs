//! Files as they are checked out, and how git is made to check them out anew.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use camino::Utf8Path;
use zeroize::Zeroizing;

use super::{Error, Git, TreePath};
use crate::{Key, is_sealed};

/// How a checked-out file stands to what is staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Not there.
    Missing,
    /// The staged bytes, sealed.
    Sealed,
    /// The plaintext of the staged bytes; or the staged bytes, where they are not sealed.
    Opened,
    /// Ciphertext was opened, and it is ciphertext.
    OpenedToSealed,
    /// Something else.
    Changed,
}

/// Looks at one file.
pub(super) fn look(top: &Utf8Path, path: &TreePath, blob: &[u8], key: Option<&Key>) -> Result<Found, Error> {
    let file = path.below(top);
    match fs::symlink_metadata(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound || error.kind() == ErrorKind::NotADirectory => {
            return Ok(Found::Missing);
        }
        Err(error) => return Err(Error::io("read", path.shown())(error)),
        Ok(kind) if !kind.is_file() => return Ok(Found::Changed),
        Ok(_) => {}
    }
    let bytes = Zeroizing::new(fs::read(&file).map_err(Error::io("read", path.shown()))?);
    Ok(if bytes.as_slice() == blob {
        if is_sealed(blob) { Found::Sealed } else { Found::Opened }
    } else if key.is_some_and(|key| key.seals_to(&bytes, blob)) {
        if is_sealed(&bytes) { Found::OpenedToSealed } else { Found::Opened }
    } else {
        Found::Changed
    })
}

/// Has git write these files anew from the index, through the filters that are configured.
///
/// git writes only what it believes to be changed, and looks at whole seconds: so their times are set to one
/// that it never saw.
pub(super) async fn check_out(
    git: &Git,
    options: &[String],
    top: &Utf8Path,
    paths: &[&TreePath],
) -> Result<(), Error> {
    for path in paths {
        forget(top, path)?;
    }
    let mut rest = paths;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(batch(rest));
        rest = after;
        let words = options.iter().map(String::as_str).chain(["checkout", "--"]).map(OsString::from);
        git.ask(words.chain(batch.iter().map(|path| path.as_os_str().to_owned()))).await?;
    }
    Ok(())
}

/// How many paths fit into the arguments of one program.
fn batch(paths: &[&TreePath]) -> usize {
    const BYTES: usize = 96 * 1024;
    let mut size = 0;
    let fits = paths.iter().take_while(|path| {
        size += path.as_bytes().len() + 1;
        size <= BYTES
    });
    fits.count().max(1)
}

fn forget(top: &Utf8Path, path: &TreePath) -> Result<(), Error> {
    const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
    let file = match fs::File::open(path.below(top)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        file => file.map_err(Error::io("read", path.shown()))?,
    };
    file.set_modified(SystemTime::UNIX_EPOCH + NEVER).map_err(Error::io("touch", path.shown()))
}
