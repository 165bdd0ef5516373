//! Which of the published versions is meant.

use std::cmp::Ordering;

use super::{Rules, Target};
use crate::error::{BumpError, HistoryFault};
use crate::find::Pin;
use crate::history::History;
use crate::image::Part;
use crate::notice::Notice;
use crate::source::{Index, IndexEntry};
use crate::version::{CommitHash, Meaning, Scheme, Version};

/// The version that `target` means, before any guard is asked; `None` where there is none.
///
/// Registries tell of a version more than its name only one by one: this says for which.
#[must_use]
pub fn candidate(pin: &Pin, target: &Target, index: &Index, rules: &Rules) -> Option<String> {
    let mut notices = Vec::new();
    of_pin(pin, target, index, rules, &mut notices).ok().map(|(version, _)| version)
}

/// The version with its entry, for what `pin` tells of the version in use: a digest tells nothing.
pub(super) fn of_pin<'i>(
    pin: &Pin,
    target: &Target,
    index: &'i Index,
    rules: &Rules,
    notices: &mut Vec<Notice>,
) -> Result<(String, Option<&'i IndexEntry>), BumpError> {
    match (pin.part, target) {
        (Part::Digest, Target::Latest) => {
            let found = rules.scheme.and_then(|scheme| newest_of(scheme, index));
            let no_order = || BumpError::NoOrder {
                chart: index.chart.clone(),
                current: pin.version.clone(),
                why: "is a digest, and no listed version is of a scheme with an order",
            };
            found.map(|entry| (entry.version.clone(), Some(entry))).ok_or_else(no_order)
        }
        _ => listed(&pin.version, target, index, rules, notices),
    }
}

/// The newest version of a scheme that is for everybody.
fn newest_of(scheme: Scheme, index: &Index) -> Option<&IndexEntry> {
    let entries = index.entries.iter().filter(|entry| !entry.prerelease);
    let versions = entries.filter_map(|entry| Some((scheme.parse(&entry.version).ok()?, entry)));
    let fit = versions.filter(|(version, _)| version.scheme().has_order() && !version.is_prerelease());
    let plain = fit.filter(|(version, _)| !is_dirty(version) && variant(version).is_none());
    let newer = |best: (Version, _), next: (Version, _)| {
        if next.0.compare(&best.0) == Some(Ordering::Greater) { next } else { best }
    };
    plain.reduce(newer).map(|(_, entry)| entry)
}

/// The version with its entry; only an entry that need not be published may be absent.
fn listed<'i>(
    current: &str,
    target: &Target,
    index: &'i Index,
    rules: &Rules,
    notices: &mut Vec<Notice>,
) -> Result<(String, Option<&'i IndexEntry>), BumpError> {
    let entry = match target {
        Target::Latest => latest(current, index, rules, notices),
        Target::Named(text) => named(text, current, index, rules.history.as_ref()),
    };
    match (entry, target) {
        (Ok(entry), _) => Ok((entry.version.clone(), Some(entry))),
        // A commit without a version leads to nothing that could be written.
        (Err(error @ BumpError::NotPublished { .. }), Target::Named(text))
            if text.parse::<CommitHash>().is_err() =>
        {
            rules.allow.pass(error, notices)?;
            Ok((text.clone(), None))
        }
        (Err(error), _) => Err(error),
    }
}

fn named<'i>(
    text: &str,
    current: &str,
    index: &'i Index,
    history: Option<&History>,
) -> Result<&'i IndexEntry, BumpError> {
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
            .and_then(|current| newest(&current, None, index))
            .map(|(_, entry)| entry.version.clone()),
    };
    match text.parse::<CommitHash>() {
        Ok(hash) => {
            let entry = match history {
                None => by_commit(&hash, current, index)?,
                Some(history) => first_with(&hash, current, index, history)?,
            };
            entry.ok_or_else(|| not_published(format!("commit {hash}")))
        }
        Err(_) if Version::detect(text).is_ok() => Err(not_published(format!("version {text}"))),
        Err(_) => Err(BumpError::BadTarget { target: text.to_owned() }),
    }
}

/// The first published version that contains `hash`; publishers often publish the merge of a commit,
/// or only the last of several. A version that names no commit is that of its tag.
fn first_with<'i>(
    hash: &CommitHash,
    current: &str,
    index: &'i Index,
    history: &History,
) -> Result<Option<&'i IndexEntry>, BumpError> {
    let no_commit = || HistoryFault::NoCommit { commit: hash.to_string() };
    let wanted = history.find(hash).ok_or_else(no_commit)?;
    let known = index.entries.iter().filter_map(|entry| Some((history.find_version(&entry.version)?, entry)));
    let known: Vec<(usize, &IndexEntry)> = known.collect();
    let positions: Vec<usize> = known.iter().map(|(at, _)| *at).collect();
    let first = history.first_with(wanted, &positions);
    let Some((_, entry)) = known.into_iter().find(|(at, _)| Some(*at) == first) else {
        return Ok(None);
    };
    match Version::detect(&entry.version).ok().as_ref().and_then(Version::commit) {
        Some(commit) => by_commit(commit, current, index),
        None => Ok(Some(entry)),
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
    rules: &Rules,
    notices: &mut Vec<Notice>,
) -> Result<&'i IndexEntry, BumpError> {
    let no_order = |why| BumpError::NoOrder { chart: index.chart.clone(), current: current.to_owned(), why };
    let version = match rules.scheme {
        Some(scheme) => {
            scheme.parse(current).map_err(|_| no_order("is not of the scheme that bump.yaml declares"))?
        }
        None => Version::detect(current).map_err(|_| no_order("is no single version"))?,
    };
    if !version.scheme().has_order() {
        let history = rules.history.as_ref().ok_or_else(|| no_order("names a commit and no order"))?;
        return last_with(&version, index, history)
            .ok_or_else(|| no_order("is contained in no published version that the clone knows"));
    }
    let unread = index.entries.iter().filter(|entry| match rules.scheme {
        Some(scheme) => scheme.parse(&entry.version).is_err(),
        None => Version::detect(&entry.version).is_err(),
    });
    // Names such as `latest` move by themselves and are no versions.
    let unread = unread.filter(|entry| entry.version.contains(|c: char| c.is_ascii_digit()));
    let versions: Vec<String> = unread.map(|entry| entry.version.clone()).collect();
    if !versions.is_empty() {
        notices.push(Notice::UnreadVersions { versions, scheme: rules.scheme });
    }
    newest(&version, rules.scheme, index)
        .map(|(_, entry)| entry)
        .ok_or_else(|| no_order("has a scheme of which the index lists no version"))
}

/// The last published version that contains `current`, for versions that only history can order.
fn last_with<'i>(current: &Version, index: &'i Index, history: &History) -> Option<&'i IndexEntry> {
    let at = history.find(current.commit()?)?;
    let known: Vec<(usize, &IndexEntry)> = index
        .entries
        .iter()
        .filter_map(|entry| Some((history.find(Version::detect(&entry.version).ok()?.commit()?)?, entry)))
        .collect();
    let positions: Vec<usize> = known.iter().map(|(at, _)| *at).collect();
    let last = history.last_with(at, &positions)?;
    // Of one commit under two schemes the one in use.
    let in_use = |entry: &&(usize, &IndexEntry)| {
        Version::detect(&entry.1.version).is_ok_and(|version| version.scheme() == current.scheme())
    };
    let fits: Vec<&(usize, &IndexEntry)> = known.iter().filter(|(at, _)| *at == last).collect();
    fits.iter().find(|entry| in_use(entry)).or(fits.first()).map(|(_, entry)| *entry)
}

/// The newest version of the scheme of `current`; pre-releases only where `current` is one.
fn newest<'i>(
    current: &Version,
    declared: Option<Scheme>,
    index: &'i Index,
) -> Option<(Version, &'i IndexEntry)> {
    let scheme = current.scheme();
    if !scheme.has_order() {
        return None;
    }
    let read = |text| declared.map_or_else(|| Version::detect(text), |scheme| scheme.parse(text));
    let versions = index.entries.iter().filter_map(|entry| Some((read(&entry.version).ok()?, entry)));
    versions
        .filter(|(version, _)| version.scheme() == scheme)
        .filter(|(version, entry)| current.is_prerelease() || !(version.is_prerelease() || entry.prerelease))
        .filter(|(version, _)| !is_dirty(version))
        .filter(|(version, _)| variant(current).is_none_or(|own| variant(version) == Some(own)))
        .reduce(|best, next| if next.0.compare(&best.0) == Some(Ordering::Greater) { next } else { best })
}

/// The word behind the number that names a variant and no stage: `dind` in `28.3.3-dind`.
fn variant(version: &Version) -> Option<&str> {
    const STAGES: [&str; 7] = ["a", "alpha", "b", "beta", "rc", "pre", "dev"];
    let Meaning::Semver(base) = version.meaning() else {
        return None;
    };
    let word = base.as_semver().pre.as_str();
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic());
    (is_word && !STAGES.contains(&word)).then_some(word)
}

fn is_dirty(version: &Version) -> bool {
    match version.meaning() {
        Meaning::Calver(version) => version.dirty,
        Meaning::Versioneer(version) => version.dirty,
        _ => false,
    }
}
