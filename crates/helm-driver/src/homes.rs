//! The directories that are Helm's own, and its whole environment.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;
use tokio::sync::{Mutex, MutexGuard};

use crate::Error;
use crate::dependencies::Cache;

/// Directories below one that was handed in.
#[derive(Debug, Clone)]
pub(crate) struct Homes {
    directory: Utf8PathBuf,
    building: Arc<Mutex<()>>,
}

/// A directory for one run, removed with it.
#[derive(Debug)]
pub(crate) struct Scratch(Utf8PathBuf);

impl Homes {
    pub(crate) fn new(directory: &Utf8Path) -> Self {
        Self { directory: directory.to_owned(), building: Arc::default() }
    }

    /// Helm's environment: this and nothing else.
    pub(crate) fn apply(&self, program: Program) -> Program {
        program
            .env("HELM_CACHE_HOME", self.directory.join("cache").as_str())
            .env("HELM_CONFIG_HOME", self.directory.join("config").as_str())
            .env("HELM_DATA_HOME", self.directory.join("data").as_str())
            .env("HOME", self.directory.as_str())
            .env("HELM_NO_PLUGINS", "1")
            .env("HELM_DRIVER", "secret")
            .env("NO_COLOR", "1")
    }

    /// The packed charts that were loaded before.
    pub(crate) fn charts(&self) -> Cache {
        Cache::new(self.directory.join("charts"))
    }

    /// The turn of one who loads charts.
    pub(crate) async fn building(&self) -> MutexGuard<'_, ()> {
        self.building.lock().await
    }

    /// A place for one run's cache of what the cluster serves. The cache is kept by address, and the
    /// relay's port may have been another cluster's an hour ago, so it is never shared.
    pub(crate) fn scratch(&self) -> Result<Scratch, Error> {
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).map_err(Error::random)?;
        let path = self.directory.join("run").join(crate::relay::hex(&random));
        std::fs::create_dir_all(&path).map_err(|source| Error::Homes { path: path.clone(), source })?;
        Ok(Scratch(path))
    }
}

impl Scratch {
    pub(crate) fn path(&self) -> &Utf8Path {
        &self.0
    }

    pub(crate) fn apply(&self, program: Program) -> Program {
        program.env("KUBECACHEDIR", self.0.as_str()).env("TMPDIR", self.0.as_str())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover costs some kilobytes and is never read again.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
