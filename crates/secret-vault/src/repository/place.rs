//! Where a repository is: its files, its own folder, and the folder it shares with its work trees.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::Error;

/// What the environment says of it: `GIT_DIR`, `GIT_WORK_TREE`, `GIT_COMMON_DIR`.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// `GIT_DIR`
    pub git_dir: Option<Utf8PathBuf>,
    /// `GIT_WORK_TREE`
    pub work_tree: Option<Utf8PathBuf>,
    /// `GIT_COMMON_DIR`
    pub common_dir: Option<Utf8PathBuf>,
}

/// A repository on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    git_dir: Utf8PathBuf,
    common_dir: Utf8PathBuf,
    work_tree: Option<Utf8PathBuf>,
}

impl Repository {
    /// The repository that the absolute path `folder` lies in: a clone, a linked work tree, a submodule, or a bare one.
    ///
    /// # Errors
    /// [`Error::NotARepository`], and [`Error::Io`] for a `.git` file that cannot be read.
    pub fn find(folder: &Utf8Path, told: &Told) -> Result<Self, Error> {
        if let Some(git_dir) = &told.git_dir {
            let git_dir = folder.join(git_dir);
            let work_tree =
                told.work_tree.as_ref().map_or_else(|| folder.to_owned(), |path| folder.join(path));
            return Self::new(git_dir, Some(work_tree), told);
        }
        for above in folder.ancestors() {
            let dot_git = above.join(".git");
            if dot_git.is_file() {
                let text = fs::read_to_string(&dot_git).map_err(Error::io("read", dot_git.clone()))?;
                let target = text.trim_end().strip_prefix("gitdir: ").unwrap_or_default();
                return Self::new(above.join(target), Some(above.to_owned()), told);
            }
            if is_git_dir(&dot_git) {
                return Self::new(dot_git, Some(above.to_owned()), told);
            }
            if is_git_dir(above) {
                return Self::new(above.to_owned(), None, told);
            }
        }
        Err(Error::NotARepository { folder: folder.to_owned() })
    }

    fn new(git_dir: Utf8PathBuf, work_tree: Option<Utf8PathBuf>, told: &Told) -> Result<Self, Error> {
        if !git_dir.is_dir() {
            return Err(Error::NotARepository { folder: git_dir });
        }
        let common_dir = match &told.common_dir {
            Some(common) => git_dir.join(common),
            None => match fs::read_to_string(git_dir.join("commondir")) {
                Ok(text) => git_dir.join(text.trim_end()),
                Err(_) => git_dir.clone(),
            },
        };
        Ok(Self { git_dir, common_dir, work_tree })
    }

    /// Its own folder: `.git`, or that of the linked work tree.
    #[must_use]
    pub fn git_dir(&self) -> &Utf8Path {
        &self.git_dir
    }

    /// The folder that all its work trees share.
    #[must_use]
    pub fn common_dir(&self) -> &Utf8Path {
        &self.common_dir
    }

    /// Where its files are checked out.
    #[must_use]
    pub fn work_tree(&self) -> Option<&Utf8Path> {
        self.work_tree.as_deref()
    }

    /// The folder of the files, which a bare repository has not.
    ///
    /// # Errors
    /// [`Error::Bare`]
    pub fn files(&self) -> Result<&Utf8Path, Error> {
        self.work_tree().ok_or_else(|| Error::Bare { git_dir: self.git_dir.clone() })
    }

    /// The path of `file` from the top, where it lies within; `folder` is where a relative one starts.
    #[must_use]
    pub fn within(&self, folder: &Utf8Path, file: &Utf8Path) -> Option<Utf8PathBuf> {
        let top = self.work_tree()?.canonicalize_utf8().ok()?;
        let file = folder.join(file);
        // The file itself may be a link, or not be there.
        let above = file.parent()?.canonicalize_utf8().ok()?;
        Some(above.strip_prefix(&top).ok()?.join(file.file_name()?))
    }
}

/// The path of `file` from `top`, as git would list it: links above `top` are followed, and none below it, so
/// that no link stands for the file that it leads to. `here` is where a relative one starts.
#[must_use]
pub fn within(top: &Utf8Path, here: &Utf8Path, file: &Utf8Path) -> Option<Utf8PathBuf> {
    let top = top.canonicalize_utf8().ok()?;
    let mut whole = Utf8PathBuf::new();
    for part in here.join(file).components() {
        match part.as_str() {
            "." => {}
            ".." => drop(whole.pop()),
            part => whole.push(part),
        }
    }
    let is_top = |above: &&Utf8Path| above.canonicalize_utf8().is_ok_and(|path| path == top);
    let as_typed = whole.ancestors().filter(is_top).last()?;
    Some(whole.strip_prefix(as_typed).ok()?.to_owned())
}

fn is_git_dir(folder: &Utf8Path) -> bool {
    // HEAD may be a link to a branch that does not exist yet.
    folder.join("HEAD").symlink_metadata().is_ok()
        && folder.join("objects").is_dir()
        && folder.join("refs").is_dir()
}
