//! Puts a new text in the place of a file, wholly or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::BumpError;

/// Replaces `path`, whose bytes must still be `before`, by `after`.
///
/// The text goes to a new file in the same folder, which takes over the mode and then the name: a
/// reader sees the old or the new file, and a failure leaves the old one. A symbolic link stays one.
///
/// # Errors
/// The file is not as it was read, or its folder does not take the new one.
pub fn replace_file(path: &Utf8Path, before: &[u8], after: &[u8]) -> Result<(), BumpError> {
    let unreadable = |source| BumpError::Read { path: path.to_owned(), source };
    let target = path.canonicalize_utf8().map_err(unreadable)?;
    if fs::read(&target).map_err(unreadable)? != before {
        return Err(BumpError::ChangedMeanwhile { path: path.to_owned() });
    }
    replace(&target, after).map_err(|source| BumpError::Write { path: path.to_owned(), source })
}

fn replace(target: &Utf8Path, after: &[u8]) -> io::Result<()> {
    let mode = fs::metadata(target)?.permissions();
    let (mut file, draft) = create_beside(target)?;
    file.write_all(after)?;
    file.set_permissions(mode)?;
    file.sync_all()?;
    fs::rename(&draft.path, target)?;
    draft.keep();
    Ok(())
}

fn create_beside(target: &Utf8Path) -> io::Result<(File, Draft)> {
    let name = target.file_name().unwrap_or_default();
    let mut attempt = 0_u32;
    loop {
        let path = target.with_file_name(format!(".{name}.bump-{attempt}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, Draft { path, kept: false })),
            // Left by a run that was killed, or a run beside this one; a hundred are a defect.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

/// A file that vanishes unless it is kept.
struct Draft {
    path: Utf8PathBuf,
    kept: bool,
}

impl Draft {
    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}
