//! The tags or releases of a repository at GitHub, as published versions.

use github_client::{Error, GitHub, ListedPage, Listing, Repo};

use super::cache::Cache;
use super::index::{Index, IndexEntry};
use crate::error::{BumpError, Origin};
use crate::forge::ForgeFault;

/// Every version that `listing` of `repo` names behind `prefix`.
pub(crate) async fn listed(
    github: &GitHub,
    cache: Option<&Cache>,
    (repo, listing, prefix): (&Repo, Listing, &str),
) -> Result<Index, BumpError> {
    let url = github.listing_url(repo, listing);
    let origin = Origin::Url(url.clone());
    let kept: Vec<ListedPage> = cache.and_then(|cache| cache.get(&url)).unwrap_or_default();
    let status = |status| BumpError::Status { origin: origin.clone().into(), status };
    let pages = github.listed(repo, listing, &kept).await.map_err(|error| match error {
        Error::NotFound { .. } => status(404),
        // A repository that was renamed: whoever takes its old name next is somebody else.
        Error::Redirected { .. } => status(301),
        other => ForgeFault::from(other).into(),
    })?;
    if let Some(cache) = cache.filter(|_| pages != kept) {
        cache.put(&url, &pages);
    }
    let items = pages.into_iter().flat_map(|page| page.items);
    let entries = items.filter_map(|item| {
        Some(IndexEntry {
            version: item.tag.strip_prefix(prefix)?.to_owned(),
            created: item.published.map(|time| time.to_string()),
            prerelease: item.prerelease,
            ..IndexEntry::default()
        })
    });
    Ok(Index { origin, chart: repo.to_string(), entries: entries.collect() })
}
