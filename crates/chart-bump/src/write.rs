//! Puts new texts in the place of files, wholly or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::BumpError;
use crate::plan::FileChange;

/// Writes every change below `root`.
///
/// Each text first goes to a new file beside the old one and takes over its mode; only when all of
/// them lie ready do they take the old names. A reader sees the old or the new file, a failure
/// leaves the old ones, and a symbolic link stays one.
///
/// # Errors
/// A file is not as it was read, or its folder does not take a new one. Nothing is written then;
/// should the last step fail half-way, [`BumpError::HalfWritten`] says so.
pub fn write_files(root: &Utf8Path, changes: &[FileChange]) -> Result<(), BumpError> {
    let staged = changes.iter().map(|change| stage(root, change)).collect::<Result<Vec<_>, _>>()?;
    let all = staged.len();
    for (written, (target, draft)) in staged.into_iter().enumerate() {
        draft.publish(&target).map_err(|source| match written {
            0 => BumpError::Write { path: target, source },
            _ => BumpError::HalfWritten { written, all, path: target, source },
        })?;
    }
    Ok(())
}

fn stage(root: &Utf8Path, change: &FileChange) -> Result<(Utf8PathBuf, Draft), BumpError> {
    let path = root.join(&change.file);
    let unreadable = |source| BumpError::Read { path: path.clone(), source };
    let target = match &change.before {
        None if path.exists() => return Err(BumpError::ChangedMeanwhile { path }),
        None => path.clone(),
        Some(before) => {
            let target = path.canonicalize_utf8().map_err(unreadable)?;
            if fs::read(&target).map_err(unreadable)? != before.as_bytes() {
                return Err(BumpError::ChangedMeanwhile { path });
            }
            target
        }
    };
    match fill(&target, change) {
        Ok(draft) => Ok((target, draft)),
        Err(source) => Err(BumpError::Write { path, source }),
    }
}

fn fill(target: &Utf8Path, change: &FileChange) -> io::Result<Draft> {
    let (mut file, draft) = create_beside(target)?;
    file.write_all(change.after.as_bytes())?;
    if change.before.is_some() {
        file.set_permissions(fs::metadata(target)?.permissions())?;
    }
    file.sync_all()?;
    Ok(draft)
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
    fn publish(mut self, target: &Utf8Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}
