//! The files of a deployment repository: as they lie in the work tree, or as a commit holds them.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::BumpError;
use crate::git::Git;

/// Folders that hold other people's files.
const SKIPPED: [&str; 3] = [".git", "node_modules", "target"];

/// Where files are read from.
#[derive(Debug, Clone)]
pub enum Files {
    /// The work tree at this folder.
    Folder(Utf8PathBuf),
    /// A commit; what lies in the work tree is of no concern.
    Commit {
        /// Git in the repository.
        git: Git,
        /// The commit.
        commit: String,
    },
}

impl Files {
    /// Every file, relative to the top and sorted. Symbolic links to folders are not followed.
    ///
    /// # Errors
    /// A folder cannot be read, or git fails.
    pub async fn list(&self) -> Result<Vec<Utf8PathBuf>, BumpError> {
        let mut files = match self {
            Self::Folder(root) => walk(root)?,
            Self::Commit { git, commit } => {
                let names = git.bytes(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]).await?;
                let names = names.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
                names.filter(|name| !name.is_empty() && !is_skipped(name)).map(Utf8PathBuf::from).collect()
            }
        };
        files.sort();
        Ok(files)
    }

    /// The bytes of `file`; `None` where there is none.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub async fn find(&self, file: &Utf8Path) -> Result<Option<Vec<u8>>, BumpError> {
        match self {
            Self::Folder(root) => match std::fs::read(root.join(file)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(source) => Err(BumpError::Read { path: root.join(file), source }),
            },
            Self::Commit { git, commit } => {
                git.maybe(&["cat-file", "blob", &format!("{commit}:{}", plain(file))]).await
            }
        }
    }

    /// The bytes of `file`.
    ///
    /// # Errors
    /// It is not there, or cannot be read.
    pub async fn read(&self, file: &Utf8Path) -> Result<Vec<u8>, BumpError> {
        self.find(file).await?.ok_or_else(|| BumpError::Read {
            path: match self {
                Self::Folder(root) => root.join(file),
                Self::Commit { .. } => file.to_owned(),
            },
            source: io::ErrorKind::NotFound.into(),
        })
    }
}

/// Without the `.` that git does not know.
fn plain(file: &Utf8Path) -> Utf8PathBuf {
    file.components().filter(|part| part.as_str() != ".").collect()
}

fn is_skipped(name: &str) -> bool {
    name.split('/').any(|part| SKIPPED.contains(&part))
}

fn walk(root: &Utf8Path) -> Result<Vec<Utf8PathBuf>, BumpError> {
    let mut found = Vec::new();
    let mut open = vec![Utf8PathBuf::new()];
    while let Some(folder) = open.pop() {
        let path = root.join(&folder);
        let path = if path.as_str().is_empty() { Utf8PathBuf::from(".") } else { path };
        for (name, is_folder) in entries(&path).map_err(|source| BumpError::Read { path, source })? {
            match is_folder {
                true if SKIPPED.contains(&name.as_str()) => {}
                true => open.push(folder.join(&name)),
                false => found.push(folder.join(&name)),
            }
        }
    }
    Ok(found)
}

/// Names of a folder, each with whether it is a folder; names that are not UTF-8 are no manifests.
fn entries(folder: &Utf8Path) -> io::Result<Vec<(String, bool)>> {
    let mut entries = Vec::new();
    for entry in folder.read_dir_utf8()? {
        match entry {
            Ok(entry) => entries.push((entry.file_name().to_owned(), entry.file_type()?.is_dir())),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {}
            Err(error) => return Err(error),
        }
    }
    Ok(entries)
}
