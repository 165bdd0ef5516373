//! Where a chart is, and whether it may go to Helm.

mod archive;
mod ignore;
mod tree;

use std::collections::BTreeMap;
use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};

pub use archive::Packed;

use crate::Error;
use crate::values::is_ciphertext;
use crate::vendored;

/// A chart on this machine.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Chart {
    /// A directory with a `Chart.yaml`.
    Directory(Utf8PathBuf),
    /// A packed chart.
    Archive(Utf8PathBuf),
    /// A directory whose sealed files were opened, packed in memory.
    Packed(Packed),
}

impl Chart {
    /// The chart in `directory` with some of its files opened, each by its path below the directory.
    /// It is packed in memory, to the same bytes for the same files; the directory is not touched.
    ///
    /// # Errors
    /// [`Error::ChartMissing`], [`Error::ChartVendored`], [`Error::ChartUnreadable`],
    /// [`Error::ChartSealed`] where a file is sealed that is not among the opened ones, and
    /// [`Error::Child`] where the system has no memory files.
    pub fn opened<'b>(
        directory: &Utf8Path,
        opened: impl IntoIterator<Item = (Utf8PathBuf, &'b [u8])>,
    ) -> Result<Self, Error> {
        if !directory.join("Chart.yaml").is_file() {
            return Err(Error::ChartMissing { path: directory.to_owned() });
        }
        vendored::check(directory)?;
        let opened: BTreeMap<Utf8PathBuf, &[u8]> = opened.into_iter().collect();
        archive::pack(directory, &opened).map(Self::Packed)
    }

    /// The sealed files that Helm would load, relative to the chart's directory.
    ///
    /// # Errors
    /// [`Error::ChartUnreadable`].
    pub fn sealed_files(&self) -> Result<Vec<Utf8PathBuf>, Error> {
        let Self::Directory(directory) = self else { return Ok(Vec::new()) };
        let mut sealed = Vec::new();
        for file in tree::files(directory)? {
            if is_sealed(&directory.join(&file))? {
                sealed.push(file);
            }
        }
        Ok(sealed)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        match self {
            Self::Directory(path) | Self::Archive(path) => path,
            Self::Packed(packed) => &packed.directory,
        }
    }

    /// The path as an argument: never one that Helm could take for a flag or for a repository's chart.
    pub(crate) fn argument(&self) -> String {
        match self {
            Self::Packed(packed) => packed.archive().path().into_string(),
            Self::Directory(path) | Self::Archive(path) if path.is_absolute() => path.to_string(),
            Self::Directory(path) | Self::Archive(path) => format!("./{path}"),
        }
    }

    /// Whether it is there and holds no ciphertext: Helm would put that into the release as it is.
    ///
    /// # Errors
    /// [`Error::ChartMissing`], [`Error::ChartSealed`], [`Error::ChartVendored`], [`Error::ChartUnreadable`].
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Archive(path) if path.is_file() => refuse_sealed(path, is_sealed(path)?),
            Self::Directory(path) if path.join("Chart.yaml").is_file() => {
                vendored::check(path)?;
                match self.sealed_files()?.first() {
                    Some(file) => refuse_sealed(&path.join(file), true),
                    None => Ok(()),
                }
            }
            // It was checked when it was packed.
            Self::Packed(_) => Ok(()),
            Self::Archive(path) | Self::Directory(path) => Err(Error::ChartMissing { path: path.clone() }),
        }
    }
}

fn refuse_sealed(path: &Utf8Path, sealed: bool) -> Result<(), Error> {
    if sealed { Err(Error::ChartSealed { path: path.to_owned() }) } else { Ok(()) }
}

fn is_sealed(path: &Utf8Path) -> Result<bool, Error> {
    let mut start = [0_u8; 24];
    let read = std::fs::File::open(PathBuf::from(path))
        .and_then(|mut file| std::io::Read::read(&mut file, &mut start))
        .map_err(|source| Error::ChartUnreadable { path: path.to_owned(), source })?;
    Ok(start.get(..read).is_some_and(is_ciphertext))
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
