//! A Helm binary whose version is known and fits.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;
use semver::Version;

use crate::homes::Homes;
use crate::{Error, Major};

/// A Helm binary with its checked version, and the directories that are its own.
#[derive(Debug, Clone)]
pub struct Helm {
    path: Utf8PathBuf,
    version: Version,
    major: Major,
    homes: Homes,
}

impl Helm {
    /// Asks the binary at `path` for its version.
    ///
    /// `homes` is a directory that may be created and filled: Helm's caches and settings live there,
    /// so that neither the operator's repositories nor plugins have a say.
    ///
    /// # Errors
    /// [`Error::NoHelm`] when it cannot be started, [`Error::NotHelm`] when it is something else,
    /// [`Error::Version`] when it is older than 3.19 or newer than 4.
    pub async fn detect(path: &Utf8Path, homes: &Utf8Path) -> Result<Self, Error> {
        let no_helm = |source| Error::NoHelm { path: path.to_owned(), source };
        // Helm signs what it writes with the name it was started by, and objects remember who wrote them.
        if path.file_name() != Some("helm") {
            return Err(Error::Name { path: path.to_owned() });
        }
        let homes = Homes::new(homes);
        // A start from a slow disk takes seconds; a hang is no start.
        let program = homes.apply(Program::new(path)).args(["version", "--template", "{{.Version}}"]);
        let output = program.output(Duration::from_secs(30), 64 * 1024).await.map_err(no_helm)?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let version = said.strip_prefix('v').and_then(|version| Version::parse(version).ok());
        let Some(version) = version.filter(|_| output.exit.success()) else {
            return Err(Error::NotHelm { path: path.to_owned(), said });
        };
        match Major::of(&version) {
            Some(major) => Ok(Self { path: path.to_owned(), version, major, homes }),
            None => Err(Error::Version { path: path.to_owned(), version }),
        }
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Its major.
    #[must_use]
    pub fn major(&self) -> Major {
        self.major
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    pub(crate) fn homes(&self) -> &Homes {
        &self.homes
    }
}
