//! The sealed files of a run, open in memory, and what is public beside them.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use secret_vault::Opened;

/// What was opened, by its path in the repository.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    pub(crate) opened: Arc<BTreeMap<Utf8PathBuf, Opened>>,
    /// The plain values files, each by itself: what stands there is no secret.
    pub(crate) public: Arc<[String]>,
}

impl Secrets {
    /// The plaintext of a file that was opened.
    pub(crate) fn get(&self, path: &Utf8Path) -> Option<&Opened> {
        self.opened.get(path)
    }
}
