//! The releases of a repository, with their notes.

use jiff::Timestamp;
use serde::Deserialize;

use crate::call::Call;
use crate::{Error, GitHub, Repo};

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

impl GitHub {
    /// The newest releases first, at most `pages` pages of a hundred.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn releases(&self, repo: &Repo, pages: usize) -> Result<Vec<Release>, Error> {
        self.pages(Call::get(repo, &["releases"]), pages, std::convert::identity).await
    }
}
