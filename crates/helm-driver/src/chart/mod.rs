//! Where a chart is.

mod check;
mod packed;
mod prepare;
mod vendored;

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

    /// Where it is, as its operator calls it.
    #[must_use]
    pub fn name(&self) -> &Utf8Path {
        match self {
            Self::Directory(path) | Self::Archive(path) => path,
            Self::Packed(packed) => packed.name(),
            Self::Oci(oci) => Utf8Path::new(&oci.url),
        }
    }
}
