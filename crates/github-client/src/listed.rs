//! What a repository publishes, page by page, asked for again only where it changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::call::value;
use crate::{Error, GitHub, Repo};

/// Five thousand; whoever has more publishes elsewhere.
const PAGES: usize = 50;

/// How many a page holds: the most that GitHub gives.
const PAGE: usize = 100;

/// Of which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Every tag.
    Tags,
    /// The releases that are there for everybody.
    Releases,
}

/// A tag, or the tag of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name.
    pub tag: String,
    /// Whether its release is said to be not for everybody yet.
    pub prerelease: bool,
    /// When its release was published.
    pub published: Option<Timestamp>,
}

/// A page as it was answered, to be kept until the next time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedPage {
    etag: Option<String>,
    /// Whether there was one behind it.
    more: bool,
    /// What it lists.
    pub items: Vec<Listed>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
}

#[derive(Deserialize)]
struct Release {
    tag_name: String,
    prerelease: bool,
    draft: bool,
    published_at: Option<Timestamp>,
}

impl Listing {
    const fn word(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Releases => "releases",
        }
    }

    fn read(self, json: Value) -> Result<Vec<Listed>, Error> {
        Ok(match self {
            Self::Tags => {
                let tags = value::<Vec<Tag>>(json)?.into_iter();
                tags.map(|tag| Listed { tag: tag.name, prerelease: false, published: None }).collect()
            }
            Self::Releases => {
                let releases = value::<Vec<Release>>(json)?.into_iter().filter(|release| !release.draft);
                let listed = releases.map(|release| Listed {
                    tag: release.tag_name,
                    prerelease: release.prerelease,
                    published: release.published_at,
                });
                listed.collect()
            }
        })
    }
}

impl GitHub {
    /// The address at which a list begins.
    #[must_use]
    pub fn listing_url(&self, repo: &Repo, listing: Listing) -> Url {
        self.base.operation(&["repos", repo.owner(), repo.name(), listing.word()], &[])
    }

    /// The pages of a list in GitHub's order, which is none of versions. Of `kept`, the pages of the
    /// last time, those that did not change are not sent again, and do not count against the limit.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn listed(
        &self,
        repo: &Repo,
        listing: Listing,
        kept: &[ListedPage],
    ) -> Result<Vec<ListedPage>, Error> {
        let mut pages = Vec::new();
        for number in 1..=PAGES {
            let mut url = self.listing_url(repo, listing);
            let query = format!("per_page={PAGE}&page={number}");
            url.set_query(Some(&query));
            let known = kept.get(number - 1).filter(|known| known.etag.is_some());
            let answer = self.ask_again(&url, known.and_then(|known| known.etag.as_deref())).await?;
            let page = match known {
                Some(known) if answer.unchanged => known.clone(),
                _ => {
                    let full = answer.json.as_array().is_some_and(|items| items.len() >= PAGE);
                    let more = answer.next.is_some() || full;
                    ListedPage { etag: answer.etag, more, items: listing.read(answer.json)? }
                }
            };
            let more = page.more;
            pages.push(page);
            if !more {
                break;
            }
        }
        Ok(pages)
    }
}
