//! Where a chart is.

mod archive;
mod check;
mod ignore;
mod opened;
mod packed;
mod prepare;
mod tree;
mod vendored;

pub use opened::OpenedChart;
pub use packed::{ChartDigest, OciChart, PackedChart};
pub(crate) use prepare::{build, prepare};

use camino::{Utf8Path, Utf8PathBuf};

use crate::Error;

/// A chart to install.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Chart {
    /// A directory with a `Chart.yaml`. Nothing in it is ever changed: charts that it depends on and
    /// that are not in its `charts/` come from the cache or their repository, into a copy.
    Directory(Utf8PathBuf),
    /// A directory whose sealed files were opened; it goes to Helm packed, in memory.
    Opened(OpenedChart),
    /// A packed chart on disk.
    Archive(Utf8PathBuf),
    /// A packed chart in memory.
    Packed(PackedChart),
    /// A packed chart in a registry; from the cache where it is there.
    Oci(OciChart),
}

impl Chart {
    /// A packed chart that is held in memory, under a name for messages.
    ///
    /// # Errors
    /// [`Error::ChartPacked`] when the bytes are no packed chart, [`Error::ChartSealed`] when they, or
    /// a file in it, are ciphertext.
    pub fn packed(name: impl Into<Utf8PathBuf>, bytes: &[u8]) -> Result<Self, Error> {
        PackedChart::new(name.into(), bytes).map(Self::Packed)
    }

    /// The chart in `directory` with some of its files opened, each by its path below the directory.
    /// It is packed in memory, to the same bytes for the same files; the directory is not touched.
    pub fn opened<'b>(
        directory: impl Into<Utf8PathBuf>,
        files: impl IntoIterator<Item = (Utf8PathBuf, &'b [u8])>,
    ) -> Self {
        Self::Opened(OpenedChart::new(directory.into(), files))
    }

    /// The sealed files that Helm would load, relative to the chart's directory; none where it is packed.
    ///
    /// # Errors
    /// [`Error::ChartUnreadable`].
    pub fn sealed_files(&self) -> Result<Vec<Utf8PathBuf>, Error> {
        self.directory().map_or(Ok(Vec::new()), check::sealed_files)
    }

    /// Where it is, as its operator calls it.
    #[must_use]
    pub fn name(&self) -> &Utf8Path {
        match self {
            Self::Directory(path) | Self::Archive(path) => path,
            Self::Opened(opened) => opened.directory(),
            Self::Packed(packed) => packed.name(),
            Self::Oci(oci) => Utf8Path::new(&oci.url),
        }
    }

    /// Its directory, where it is one that an editor opens.
    #[must_use]
    pub fn directory(&self) -> Option<&Utf8Path> {
        match self {
            Self::Directory(path) => Some(path),
            Self::Opened(opened) => Some(opened.directory()),
            Self::Archive(_) | Self::Packed(_) | Self::Oci(_) => None,
        }
    }
}
