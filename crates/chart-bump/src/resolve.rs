//! From what a person asks for to the one published version that is meant.

use std::cmp::Ordering;
use std::convert::Infallible;
use std::str::FromStr;

use crate::error::BumpError;
use crate::notice::Notice;
use crate::source::{Index, IndexEntry};
use crate::version::{CommitHash, Meaning, Version};

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The newest under the scheme of the version in use.
    Latest,
    /// A commit hash or a version.
    Named(String),
}

impl FromStr for Target {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "latest" { Self::Latest } else { Self::Named(text.to_owned()) })
    }
}

/// The version that is meant, and what the person must know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'i> {
    /// Its entry in the index.
    pub entry: &'i IndexEntry,
    /// What was noticed on the way.
    pub notices: Vec<Notice>,
}

/// Finds the version of `index` that `target` means, where `current` is in use.
///
/// # Errors
/// Nobody published it; a hash fits several commits; `latest` has no answer; it is older than
/// `current` and `allow_downgrade` is not set.
pub fn resolve<'i>(
    current: &str,
    target: &Target,
    index: &'i Index,
    allow_downgrade: bool,
) -> Result<Resolved<'i>, BumpError> {
    let mut notices = Vec::new();
    let entry = match target {
        Target::Latest => latest(current, index, &mut notices)?,
        Target::Named(text) => named(text, current, index)?,
    };
    let new = entry.version.as_str();
    match order(current, new) {
        _ if current == new => {}
        Some(Ordering::Greater) if !allow_downgrade => {
            return Err(BumpError::Downgrade {
                name: index.chart.clone(),
                old: current.to_owned(),
                new: new.to_owned(),
                place: None,
            });
        }
        Some(Ordering::Greater) => {
            notices.push(Notice::Downgrade { old: current.to_owned(), new: new.to_owned() });
        }
        Some(_) => {}
        None => notices.push(Notice::Unordered { old: current.to_owned(), new: new.to_owned() }),
    }
    if entry.deprecated {
        notices.push(Notice::Deprecated { chart: index.chart.clone(), version: new.to_owned() });
    }
    Ok(Resolved { entry, notices })
}

fn order(current: &str, new: &str) -> Option<Ordering> {
    Version::detect(current).ok()?.compare(&Version::detect(new).ok()?)
}

fn named<'i>(text: &str, current: &str, index: &'i Index) -> Result<&'i IndexEntry, BumpError> {
    if let Some(entry) = index.entries.iter().find(|entry| entry.version == text) {
        return Ok(entry);
    }
    let not_published = |what| BumpError::NotPublished {
        chart: index.chart.clone(),
        what,
        count: index.entries.len(),
        origin: index.origin.clone().into(),
        newest: Version::detect(current)
            .ok()
            .and_then(|current| newest(&current, index))
            .map(|(_, entry)| entry.version.clone()),
    };
    match text.parse::<CommitHash>() {
        Ok(hash) => by_commit(&hash, current, index)?.ok_or_else(|| not_published(format!("commit {hash}"))),
        Err(_) if Version::detect(text).is_ok() => Err(not_published(format!("version {text}"))),
        Err(_) => Err(BumpError::BadTarget { target: text.to_owned() }),
    }
}

/// The version that carries `hash`. One commit may be published under several schemes; then the
/// scheme in use wins, and within it the newest.
fn by_commit<'i>(
    hash: &CommitHash,
    current: &str,
    index: &'i Index,
) -> Result<Option<&'i IndexEntry>, BumpError> {
    // Every version that names the commit has its first seven digits in it.
    let digits = hash.as_str().get(..7).unwrap_or_default();
    let near = index.entries.iter().filter(|entry| entry.version.to_ascii_lowercase().contains(digits));
    let versions = near.filter_map(|entry| Some((Version::detect(&entry.version).ok()?, entry)));
    let fits: Vec<(Version, &IndexEntry)> = versions
        .filter(|(version, _)| version.commit().is_some_and(|commit| commit.is_same_commit(hash)))
        .collect();
    let commits = || fits.iter().filter_map(|(version, _)| version.commit());
    if commits().any(|one| commits().any(|other| !one.is_same_commit(other))) {
        let matches = fits.iter().map(|(version, _)| version.to_string()).collect();
        return Err(BumpError::AmbiguousHash { chart: index.chart.clone(), hash: hash.to_string(), matches });
    }
    let scheme = Version::detect(current).ok().map(|current| current.scheme());
    let better = |left: &(Version, &IndexEntry), right: &(Version, &IndexEntry)| {
        let in_use = |version: &Version| Some(version.scheme()) == scheme;
        in_use(&left.0).cmp(&in_use(&right.0)).then(left.0.compare(&right.0).unwrap_or(Ordering::Equal))
    };
    Ok(fits.into_iter().max_by(better).map(|(_, entry)| entry))
}

fn latest<'i>(
    current: &str,
    index: &'i Index,
    notices: &mut Vec<Notice>,
) -> Result<&'i IndexEntry, BumpError> {
    let no_order = |why| BumpError::NoOrder { chart: index.chart.clone(), current: current.to_owned(), why };
    let version = Version::detect(current).map_err(|_| no_order("is no single version"))?;
    if !version.scheme().has_order() {
        return Err(no_order("names a commit and no order"));
    }
    let unread = index.entries.iter().filter(|entry| Version::detect(&entry.version).is_err());
    let unread: Vec<String> = unread.map(|entry| entry.version.clone()).collect();
    if !unread.is_empty() {
        notices.push(Notice::UnreadVersions { versions: unread });
    }
    newest(&version, index)
        .map(|(_, entry)| entry)
        .ok_or_else(|| no_order("has a scheme of which the index lists no version"))
}

/// The newest version of the scheme of `current`; pre-releases only where `current` is one.
fn newest<'i>(current: &Version, index: &'i Index) -> Option<(Version, &'i IndexEntry)> {
    let scheme = current.scheme();
    if !scheme.has_order() {
        return None;
    }
    let versions =
        index.entries.iter().filter_map(|entry| Some((Version::detect(&entry.version).ok()?, entry)));
    versions
        .filter(|(version, _)| version.scheme() == scheme)
        .filter(|(version, _)| current.is_prerelease() || !version.is_prerelease())
        .filter(|(version, _)| !is_dirty(version))
        .reduce(|best, next| if next.0.compare(&best.0) == Some(Ordering::Greater) { next } else { best })
}

fn is_dirty(version: &Version) -> bool {
    match version.meaning() {
        Meaning::Calver(version) => version.dirty,
        Meaning::Versioneer(version) => version.dirty,
        _ => false,
    }
}
