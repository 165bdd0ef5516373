//! Where a chart is, and whether it may go to Helm.

use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};

use crate::Error;
use crate::values::is_ciphertext;
use crate::vendored;

/// A chart on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Chart {
    /// A directory with a `Chart.yaml`.
    Directory(Utf8PathBuf),
    /// A packed chart.
    Archive(Utf8PathBuf),
}

impl Chart {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        match self {
            Self::Directory(path) | Self::Archive(path) => path,
        }
    }

    /// The path as an argument: never one that Helm could take for a flag or for a repository's chart.
    pub(crate) fn argument(&self) -> String {
        let path = self.path();
        if path.is_absolute() { path.to_string() } else { format!("./{path}") }
    }

    /// Whether it is there and holds no ciphertext: Helm would put that into the release as it is.
    ///
    /// # Errors
    /// [`Error::ChartMissing`], [`Error::ChartSealed`], [`Error::ChartVendored`], [`Error::ChartUnreadable`].
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Archive(path) if path.is_file() => check_file(path),
            Self::Directory(path) if path.join("Chart.yaml").is_file() => {
                vendored::check(path)?;
                check_directory(path)
            }
            Self::Archive(path) | Self::Directory(path) => Err(Error::ChartMissing { path: path.clone() }),
        }
    }
}

fn check_directory(directory: &Utf8Path) -> Result<(), Error> {
    let failed = |path: &Utf8Path| {
        let path = path.to_owned();
        move |source| Error::ChartUnreadable { path, source }
    };
    for entry in directory.read_dir_utf8().map_err(failed(directory))? {
        let entry = entry.map_err(failed(directory))?;
        let kind = entry.file_type().map_err(failed(entry.path()))?;
        // Helm follows links to files; links to directories could go round in circles.
        if kind.is_dir() {
            check_directory(entry.path())?;
        } else if entry.path().is_file() {
            check_file(entry.path())?;
        }
    }
    Ok(())
}

fn check_file(path: &Utf8Path) -> Result<(), Error> {
    let mut start = [0_u8; 16];
    let read = std::fs::File::open(PathBuf::from(path))
        .and_then(|mut file| std::io::Read::read(&mut file, &mut start))
        .map_err(|source| Error::ChartUnreadable { path: path.to_owned(), source })?;
    match start.get(..read).is_some_and(is_ciphertext) {
        true => Err(Error::ChartSealed { path: path.to_owned() }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertext_anywhere_in_a_chart_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(directory.path()).unwrap();
        let chart = Chart::Directory(root.to_owned());
        assert!(matches!(chart.check(), Err(Error::ChartMissing { .. })));
        std::fs::write(root.join("Chart.yaml"), "name: a").unwrap();
        std::fs::create_dir_all(root.join("files/deep")).unwrap();
        chart.check().unwrap();
        std::fs::write(root.join("files/deep/key"), b"\0GITCRYPT\0xxxxxxxxxxxx").unwrap();
        let error = chart.check().unwrap_err();
        assert!(matches!(&error, Error::ChartSealed { path } if path.ends_with("files/deep/key")), "{error}");
    }

    #[test]
    fn a_chart_is_never_a_flag() {
        assert_eq!(Chart::Directory("--debug".into()).argument(), "./--debug");
        assert_eq!(Chart::Archive("/x/a.tgz".into()).argument(), "/x/a.tgz");
    }
}
