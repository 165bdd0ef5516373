//! The notes of the releases between two versions.

use std::cmp::Ordering;

use github_client::{GitHub, Repo};

use super::body::ReleaseNotes;
use super::fault::ForgeFault;
use crate::version::Version;

/// A hundred releases reach back years.
const PAGES: usize = 1;

/// The notes of every release of `repo` that is newer than `old` and not newer than `new`.
///
/// # Errors
/// The forge refuses or does not answer.
pub async fn release_notes(
    github: &GitHub,
    repo: &Repo,
    old: &str,
    new: &str,
) -> Result<Vec<ReleaseNotes>, ForgeFault> {
    let (Ok(old), Ok(new)) = (Version::detect(old), Version::detect(new)) else {
        return Ok(Vec::new());
    };
    let releases = github.releases(repo, PAGES).await?;
    let between = releases.into_iter().filter(|release| {
        let Ok(version) = Version::detect(&release.tag) else { return false };
        let behind = matches!(version.compare(&new), Some(Ordering::Less | Ordering::Equal));
        !release.draft && behind && version.compare(&old) == Some(Ordering::Greater)
    });
    let notes = between.map(|release| ReleaseNotes {
        tag: release.tag,
        url: release.url,
        text: release.body.unwrap_or_default(),
    });
    Ok(notes.collect())
}
