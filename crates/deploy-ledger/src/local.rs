//! The ledger on the local disk, for a person who looks after a crash without the cluster.

use std::fs::{File, rename};
use std::io::Write as _;

use camino::Utf8PathBuf;

use crate::{Error, Ledger};

/// A file that always holds one whole ledger.
#[derive(Debug, Clone)]
pub struct LocalCopy(Utf8PathBuf);

impl LocalCopy {
    /// At a path whose folder is there.
    #[must_use]
    pub fn new(path: Utf8PathBuf) -> Self {
        Self(path)
    }

    /// Replaces the file and waits until the disk has it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, ledger: &Ledger) -> Result<(), Error> {
        let failed = |source| Error::Local { path: self.0.clone(), source };
        let text = serde_json::to_string_pretty(ledger).map_err(|error| failed(error.into()))?;
        let new = self.0.with_extension("new");
        let mut file = File::create(&new).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        rename(&new, &self.0).map_err(failed)
    }
}
