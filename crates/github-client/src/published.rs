//! The tags and releases of a repository.

use jiff::Timestamp;
use serde::Deserialize;

use crate::call::Call;
use crate::{Error, GitHub, Oid, Repo};

/// Five thousand tags; whoever has more publishes elsewhere.
const PAGES: usize = 50;

/// A tag with its commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// The commit that it stands at.
    pub commit: Oid,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Release {
    /// The tag it was made from.
    #[serde(rename = "tag_name")]
    pub tag: String,
    /// Its page.
    #[serde(rename = "html_url")]
    pub url: String,
    /// Its notes, in Markdown.
    #[serde(default)]
    pub body: Option<String>,
    /// Whether it is not yet for everybody.
    pub prerelease: bool,
    /// Whether it is not yet for anybody.
    pub draft: bool,
    /// When it was published.
    pub published_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    commit: At,
}

#[derive(Deserialize)]
struct At {
    sha: Oid,
}

impl GitHub {
    /// Every tag, in GitHub's order, which is none of versions.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn tags(&self, repo: &Repo) -> Result<Vec<Tag>, Error> {
        let tags: Vec<Listed> = self.pages(Call::get(repo, &["tags"]), PAGES, std::convert::identity).await?;
        Ok(tags.into_iter().map(|tag| Tag { name: tag.name, commit: tag.commit.sha }).collect())
    }

    /// The newest releases first, at most `pages` pages of a hundred.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn releases(&self, repo: &Repo, pages: usize) -> Result<Vec<Release>, Error> {
        self.pages(Call::get(repo, &["releases"]), pages, std::convert::identity).await
    }
}
