//! The sealed files of a run, open in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use secret_vault::Opened;

/// What was opened, by its path in the repository.
#[derive(Clone, Default)]
pub(crate) struct Secrets(pub(crate) Arc<BTreeMap<Utf8PathBuf, Opened>>);

impl Secrets {
    /// The plaintext of a file that was opened.
    pub(crate) fn get(&self, path: &Utf8Path) -> Option<&Opened> {
        self.0.get(path)
    }
}
