//! The directories that are Helm's own, and its whole environment.

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;

use crate::Error;

/// Directories below one that was handed in.
#[derive(Debug, Clone)]
pub(crate) struct Homes(Utf8PathBuf);

/// A directory for one run, removed with it.
#[derive(Debug)]
pub(crate) struct Scratch(Utf8PathBuf);

impl Homes {
    pub(crate) fn new(directory: &Utf8Path) -> Self {
        Self(directory.to_owned())
    }

    /// Helm's environment: this and nothing else.
    pub(crate) fn apply(&self, program: Program) -> Program {
        program
            .env("HELM_CACHE_HOME", self.0.join("cache").as_str())
            .env("HELM_CONFIG_HOME", self.0.join("config").as_str())
            .env("HELM_DATA_HOME", self.0.join("data").as_str())
            .env("HOME", self.0.as_str())
            .env("HELM_NO_PLUGINS", "1")
            .env("HELM_DRIVER", "secret")
            .env("NO_COLOR", "1")
    }

    /// A place for one run's cache of what the cluster serves. The cache is kept by address, and the
    /// relay's port may have been another cluster's an hour ago, so it is never shared.
    pub(crate) fn scratch(&self) -> Result<Scratch, Error> {
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).map_err(Error::random)?;
        let path = self.0.join("run").join(crate::relay::hex(&random));
        std::fs::create_dir_all(&path).map_err(|source| Error::Homes { path: path.clone(), source })?;
        Ok(Scratch(path))
    }
}

impl Scratch {
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
