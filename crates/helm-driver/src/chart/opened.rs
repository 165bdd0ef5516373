//! A chart's directory and what its sealed files hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use zeroize::Zeroizing;

use super::{PackedChart, archive};
use crate::Error;

/// A chart in a directory, with the contents of those of its files that are sealed there.
#[derive(Clone)]
pub struct OpenedChart {
    directory: Utf8PathBuf,
    files: Arc<BTreeMap<Utf8PathBuf, Zeroizing<Vec<u8>>>>,
}

impl OpenedChart {
    pub(super) fn new<'b>(
        directory: Utf8PathBuf,
        files: impl IntoIterator<Item = (Utf8PathBuf, &'b [u8])>,
    ) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path, Zeroizing::new(bytes.to_vec())));
        Self { directory, files: Arc::new(files.collect()) }
    }

    /// Where the chart is.
    #[must_use]
    pub fn directory(&self) -> &Utf8Path {
        &self.directory
    }

    /// Packs what lies in `complete`, which is the directory itself or a copy of it that has all its charts.
    pub(super) fn pack(&self, complete: &Utf8Path) -> Result<PackedChart, Error> {
        let bytes = archive::pack(complete, &self.files)?;
        PackedChart::new(self.directory.clone(), &bytes)
    }
}

impl std::fmt::Debug for OpenedChart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { directory, files } = self;
        f.debug_struct("OpenedChart").field("directory", directory).field("files", &files.keys()).finish()
    }
}
