//! Clones of upstream repositories on this machine.

use camino::Utf8PathBuf;

use crate::error::{BumpError, HistoryFault};
use crate::git::Git;
use crate::history::{History, read_history};
use crate::subject::Subject;
use crate::version::Version;

/// What no published version need hold: it changes no chart and no image.
const BESIDE_THE_POINT: [&str; 7] = [
    ":(exclude,top)docs",
    ":(exclude,top).github",
    ":(exclude,top)CHANGE*",
    ":(exclude)*.md",
    ":(exclude)*.rst",
    ":(exclude,top).*",
    ":(exclude,top)tests",
];

/// A clone, or a folder with clones in it.
#[derive(Debug, Clone)]
pub struct Clones {
    git: Git,
}

/// One clone.
#[derive(Debug, Clone)]
pub struct UpstreamClone {
    git: Git,
}

impl Clones {
    /// What lies in the folder in which `git` is asked.
    #[must_use]
    pub fn new(git: Git) -> Self {
        Self { git }
    }

    /// The clone of `repo`, `owner/name`: the folder itself, where it is one; else `name` or
    /// `owner/name` below it, with or without `.git` behind it.
    #[must_use]
    pub fn of(&self, repo: &str) -> Option<UpstreamClone> {
        let folder = self.git.folder();
        if !self.is_folder_of_clones() {
            return Some(UpstreamClone { git: self.git.clone() });
        }
        let name = repo.rsplit('/').next().unwrap_or(repo);
        let names = [repo.to_owned(), name.to_owned(), format!("{repo}.git"), format!("{name}.git")];
        let found = names.iter().map(|name| folder.join(name)).find(is_clone)?;
        Some(UpstreamClone { git: self.git.at(found) })
    }

    /// The error for whoever cannot do without the clone of `subject`.
    #[must_use]
    pub fn no_clone(&self, subject: &Subject) -> BumpError {
        let repo = subject.developed_in().unwrap_or(&subject.name).to_owned();
        HistoryFault::NoClone { folder: self.git.folder().to_owned(), repo }.into()
    }

    /// Whether the folder is there and no clone itself.
    fn is_folder_of_clones(&self) -> bool {
        let folder = self.git.folder().to_owned();
        folder.is_dir() && !is_clone(&folder)
    }
}

fn is_clone(path: &Utf8PathBuf) -> bool {
    path.join(".git").exists() || (path.join("HEAD").is_file() && path.join("objects").is_dir())
}

impl UpstreamClone {
    /// Git in the clone.
    #[must_use]
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// All commits. Without a declared `branch` the one that a clone begins with counts as published.
    ///
    /// # Errors
    /// As [`read_history`].
    pub async fn history(&self, branch: Option<&str>) -> Result<History, BumpError> {
        if branch.is_some() {
            return read_history(&self.git, branch).await;
        }
        let history = read_history(&self.git, None).await?;
        for name in ["main", "master"] {
            if let Some(history) = history.clone().published_from(name) {
                return Ok(history);
            }
        }
        Ok(history)
    }

    /// When each commit was made that the branch has beyond `version`, those left out that change
    /// nothing but documentation.
    pub(crate) async fn beyond(&self, version: &str, branch: Option<&str>) -> Result<Vec<i64>, BumpError> {
        let (Some(from), Some(tip)) = (self.commit_of(version).await?, self.tip(branch).await?) else {
            return Ok(Vec::new());
        };
        let range = format!("{from}..{tip}");
        let args =
            [&["log", "--no-merges", "--format=%ct", &range, "--", ":(top)"][..], &BESIDE_THE_POINT].concat();
        let text = self.git.text(&args).await?;
        Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
    }

    /// The full commit of a version: the one that it names, else that of its tag.
    ///
    /// # Errors
    /// Git fails.
    pub async fn commit_of(&self, version: &str) -> Result<Option<String>, BumpError> {
        let read = Version::detect(version).ok();
        let names = match read.as_ref().and_then(Version::commit) {
            Some(commit) => vec![commit.to_string()],
            None => vec![format!("refs/tags/{version}"), format!("refs/tags/v{version}")],
        };
        self.first_of(&names).await
    }

    /// The last commit of the branch from which is published.
    ///
    /// # Errors
    /// Git fails.
    pub async fn tip(&self, branch: Option<&str>) -> Result<Option<String>, BumpError> {
        let branches = branch.map_or_else(|| vec!["main", "master"], |branch| vec![branch]);
        let names: Vec<String> = branches
            .iter()
            .flat_map(|name| [format!("refs/remotes/origin/{name}"), format!("refs/heads/{name}")])
            .collect();
        self.first_of(&names).await
    }

    async fn first_of(&self, names: &[String]) -> Result<Option<String>, BumpError> {
        for name in names {
            let commit = format!("{name}^{{commit}}");
            let args = ["rev-parse", "--verify", "-q", "--end-of-options", &commit];
            if let Some(commit) = self.git.maybe_text(&args).await? {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }
}
