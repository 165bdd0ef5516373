//! A Helm binary whose version is known and fits.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;
use semver::{Version, VersionReq};

use crate::homes::Homes;
use crate::{BuiltChart, Chart, Error, Major, chart};

/// A Helm binary with its checked version, and the directories that are its own.
#[derive(Debug, Clone)]
pub struct Helm {
    path: Utf8PathBuf,
    version: Version,
    major: Major,
    homes: Homes,
    downloads: Vec<(String, String)>,
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
            Some(major) => Ok(Self { path: path.to_owned(), version, major, homes, downloads: Vec::new() }),
            None => Err(Error::Version { path: path.to_owned(), version }),
        }
    }

    /// The same Helm, if it is one that the deployment was made for.
    ///
    /// # Errors
    /// [`Error::Pin`] when its version does not match.
    pub fn pinned(self, pin: &VersionReq) -> Result<Self, Error> {
        // A pre-release is part of its series here: who runs one means it.
        let release = Version::new(self.version.major, self.version.minor, self.version.patch);
        match pin.matches(&self.version) || pin.matches(&release) {
            true => Ok(self),
            false => Err(Error::Pin { path: self.path, version: self.version, pin: pin.clone() }),
        }
    }

    /// The same Helm, with these variables where it loads charts: `HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`.
    #[must_use]
    pub fn downloading_with(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.downloads.extend(variables);
        self
    }

    /// Loads the charts that a chart depends on, and a chart of a registry itself, into the cache. What
    /// is there is not asked for again: with a warm cache no request leaves this machine.
    ///
    /// # Errors
    /// [`Error::Failed`] where Helm cannot find or load one; otherwise whatever is wrong with the chart.
    pub async fn build_dependencies(
        &self,
        chart: &Chart,
        timeout: Duration,
    ) -> Result<Vec<BuiltChart>, Error> {
        let scratch = self.homes.scratch()?;
        chart::build(self, chart, &scratch, timeout).await
    }

    pub(crate) fn for_downloads(&self, program: Program) -> Program {
        self.downloads.iter().fold(program, |program, (name, value)| program.env(name, value))
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
