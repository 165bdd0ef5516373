//! The content of `bump.yaml` as values that cannot be wrong.

use camino::{Utf8Path, Utf8PathBuf};
use github_client::{Listing, Repo};
use url::Url;

use crate::edit::{YamlFile, YamlPath};
use crate::error::BumpError;
use crate::image::Part;
use crate::version::Scheme;

/// What a repository says about its versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BumpFile {
    /// The names that can be bumped.
    pub watch: Vec<Watch>,
    /// The names that nobody is to watch.
    pub ignore: Vec<Ignored>,
    /// What holds for every pull request.
    pub pull_requests: PullRequests,
    /// Where the credentials of private sources stand in the environment.
    pub credentials: Vec<HostCredentials>,
}

/// The variables that hold the user and the password of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCredentials {
    /// The host, with its port where it has one.
    pub host: String,
    /// The variable with the user.
    pub user: String,
    /// The variable with the password.
    pub password: String,
}

/// What a repository wants of its pull requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullRequests {
    /// The labels of each.
    pub labels: Vec<String>,
    /// The names that may merge by themselves once every requirement is met.
    pub auto_merge: Vec<String>,
}

/// One name with its source and every place of its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// The name.
    pub name: String,
    /// Where its versions are published.
    pub source: Source,
    /// How they are written.
    pub scheme: Scheme,
    /// Where it is developed.
    pub upstream: Option<Upstream>,
    /// At least one.
    pub targets: Vec<Place>,
    /// The group with which it shares a branch and a pull request.
    pub group: Option<String>,
}

/// Where versions are published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A chart of a Helm repository.
    Helm {
        /// The repository, without `index.yaml`.
        repository: Url,
        /// The chart.
        chart: String,
    },
    /// The tags of an image, without tag and digest.
    Image(String),
    /// What a repository at GitHub lists.
    GitHub {
        /// The repository.
        repo: Repo,
        /// Its tags or its releases.
        listing: Listing,
        /// What stands before the version in each tag that is one; others are none.
        prefix: String,
    },
}

/// Where something is developed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// `owner/name` on GitHub.
    pub repo: String,
    /// The branch from which is published.
    pub branch: Option<String>,
}

/// A scalar that holds a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, below the repository's top.
    pub file: Utf8PathBuf,
    /// The way to the scalar.
    pub path: YamlPath,
    /// Which part of it is the version.
    pub part: Part,
}

/// A name that is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The name.
    pub name: String,
    /// Why; never empty.
    pub reason: String,
}

impl BumpFile {
    /// The name of the file, at the top of a repository.
    pub const NAME: &'static str = "bump.yaml";

    /// Reads the bytes of `file`.
    ///
    /// # Errors
    /// It is no YAML; a key is unknown, missing, there twice, or has a value that it cannot have.
    pub fn parse(file: &Utf8Path, bytes: Vec<u8>) -> Result<Self, BumpError> {
        super::read::bump_file(&YamlFile::new(file, bytes)?)
    }

    /// The entry of `name` under `watch`.
    #[must_use]
    pub fn watched(&self, name: &str) -> Option<&Watch> {
        self.watch.iter().find(|watch| watch.name == name)
    }

    /// The names that share a branch as `group`, in the order of the file; none where there is no such
    /// group.
    #[must_use]
    pub fn group(&self, group: &str) -> Vec<&str> {
        let of = self.watch.iter().filter(|watch| watch.group.as_deref() == Some(group));
        of.map(|watch| watch.name.as_str()).collect()
    }

    /// The watched name that was most likely meant by `name`.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<String> {
        crate::near::nearest(name, self.watch.iter().map(|watch| watch.name.as_str()))
    }

    /// The entry of `name` under `ignore`.
    #[must_use]
    pub fn ignored(&self, name: &str) -> Option<&Ignored> {
        self.ignore.iter().find(|ignored| ignored.name == name)
    }
}
