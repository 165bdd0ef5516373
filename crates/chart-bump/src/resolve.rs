//! From what a person asks for to the one published version that is meant.

use std::cmp::Ordering;
use std::convert::Infallible;
use std::str::FromStr;

use crate::catalogue;
use crate::error::BumpError;
use crate::find::Pin;
use crate::guard::Allow;
use crate::history::History;
use crate::image::Part;
use crate::notice::Notice;
use crate::published::Published;
use crate::source::{Index, IndexEntry};
use crate::version::{CommitHash, Meaning, Scheme, Version};

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

/// What holds for a bump beside its target.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The scheme that is declared for the name; without it, each version speaks for itself.
    pub scheme: Option<Scheme>,
    /// The guards that are lifted.
    pub allow: Allow,
    /// The repository of upstream, `owner/name` on GitHub.
    pub upstream: Option<String>,
    /// The commits of upstream; without them only the text of a version tells what it contains.
    pub history: Option<History>,
}

/// The version that is meant, and what the person must know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'i> {
    /// The version.
    pub version: String,
    /// Its entry in the index; `None` where nobody could be asked, or need not be published.
    pub entry: Option<&'i IndexEntry>,
    /// What was noticed on the way.
    pub notices: Vec<Notice>,
}

/// Finds the version that `target` means for `pin`, a pin of `name`.
///
/// # Errors
/// Nobody published it; a hash fits several commits; `latest` has no answer; or a [`Guard`] stands
/// in the way that `rules` do not lift. The first guard in their order speaks.
///
/// [`Guard`]: crate::Guard
pub fn resolve<'i>(
    name: &str,
    pin: &Pin,
    target: &Target,
    published: &'i Published,
    rules: &Rules,
) -> Result<Resolved<'i>, BumpError> {
    let mut notices = Vec::new();
    let current = pin.version.as_str();
    let (version, entry) = match published {
        Published::Index(index) => listed(current, target, index, rules, &mut notices)?,
        Published::Unlisted { image } => (unlisted(name, pin, image, target, &mut notices)?, None),
    };
    if current == version {
        return Ok(Resolved { version, entry, notices });
    }
    guard(name, pin, &version, entry, rules, &mut notices)?;
    Ok(Resolved { version, entry, notices })
}

/// Every guard behind the existence of the version, in their order.
fn guard(
    name: &str,
    pin: &Pin,
    new: &str,
    entry: Option<&IndexEntry>,
    rules: &Rules,
    notices: &mut Vec<Notice>,
) -> Result<(), BumpError> {
    let current = pin.version.as_str();
    let place = None;
    let own = || name.to_owned();
    if let Some(scheme) = rules.scheme.filter(|scheme| pin.part != Part::Digest && scheme.parse(new).is_err())
    {
        let refusal = BumpError::WrongScheme { name: own(), new: new.to_owned(), scheme, place: None };
        rules.allow.pass(refusal, notices)?;
    }
    if entry.is_some_and(|entry| entry.deprecated) {
        let refusal = BumpError::Deprecated { chart: own(), version: new.to_owned(), place: None };
        rules.allow.pass(refusal, notices)?;
    }
    let from = pin.repository.as_deref().unwrap_or_default();
    if let Some(to) = catalogue::moved_to(name, from) {
        let refusal = BumpError::Moved { name: own(), from: from.to_owned(), to, place: None };
        rules.allow.pass(refusal, notices)?;
    }
    let (old, new) = (current.to_owned(), new.to_owned());
    let by_history = rules.history.as_ref().map(|history| ahead(history, current, &new, notices));
    if let Some(Some(ahead)) = by_history {
        return match ahead {
            Ahead::Yes => Ok(()),
            Ahead::Behind => rules.allow.pass(BumpError::Downgrade { name: own(), old, new, place }, notices),
            Ahead::Apart => rules.allow.pass(BumpError::Diverged { name: own(), old, new, place }, notices),
        };
    }
    match order(&old, &new) {
        Some(Ordering::Greater) => {
            rules.allow.pass(BumpError::Downgrade { name: own(), old, new, place }, notices)
        }
        Some(_) => Ok(()),
        None => {
            notices.push(Notice::Unordered { old, new });
            Ok(())
        }
    }
}

/// What the history of upstream says of a step.
enum Ahead {
    Yes,
    Behind,
    Apart,
}

/// `None` where the clone does not know one of the two.
fn ahead(history: &History, old: &str, new: &str, notices: &mut Vec<Notice>) -> Option<Ahead> {
    let mut find = |version: &str| {
        let found = history.find_version(version);
        if found.is_none() {
            notices.push(Notice::NotInClone { version: version.to_owned() });
        }
        found
    };
    let (old, new) = (find(old), find(new));
    let (old, new) = (old?, new?);
    Some(match (history.contains(new, old), history.contains(old, new)) {
        (true, _) => Ahead::Yes,
        (false, true) => Ahead::Behind,
        (false, false) => Ahead::Apart,
    })
}

fn order(current: &str, new: &str) -> Option<Ordering> {
    Version::detect(current).ok()?.compare(&Version::detect(new).ok()?)
}

/// A tag or digest of an image, which nobody can be asked about.
fn unlisted(
    name: &str,
    pin: &Pin,
    image: &str,
    target: &Target,
    notices: &mut Vec<Notice>,
) -> Result<String, BumpError> {
    let no_lookup = |why| BumpError::NoLookup { name: name.to_owned(), repository: image.to_owned(), why };
    let Target::Named(new) = target else {
        return Err(no_lookup("registries cannot be looked into yet; give the whole tag"));
    };
    // A commit alone is a tag only where the tags are commits.
    let is_commit = new.parse::<CommitHash>().is_ok();
    let tags_are_commits = Scheme::BareHash.parse(&pin.version).is_ok();
    if is_commit && !tags_are_commits && *new != pin.version {
        return Err(no_lookup("which tag holds a commit only the registry knows; give the whole tag"));
    }
    if *new != pin.version {
        notices.push(Notice::Unchecked { image: image.to_owned(), new: new.clone() });
        if let Some(known) = catalogue::image(name)
            && let Some(to) = known.images.first().filter(|to| **to != image)
        {
            notices.push(Notice::ImageMoved { image: image.to_owned(), to: (*to).to_owned() });
        }
    }
    Ok(new.clone())
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
            let published = match history {
                None => Some(hash.clone()),
                Some(history) => first_with(&hash, index, history)?,
            };
            let entry = published.map(|commit| by_commit(&commit, current, index)).transpose()?.flatten();
            entry.ok_or_else(|| not_published(format!("commit {hash}")))
        }
        Err(_) if Version::detect(text).is_ok() => Err(not_published(format!("version {text}"))),
        Err(_) => Err(BumpError::BadTarget { target: text.to_owned() }),
    }
}

/// The commit of the first published version that contains `hash`; publishers often publish the
/// merge of a commit, or only the last of several.
fn first_with(hash: &CommitHash, index: &Index, history: &History) -> Result<Option<CommitHash>, BumpError> {
    let no_commit = || BumpError::NoCommit { commit: hash.to_string() };
    let wanted = history.find(hash).ok_or_else(no_commit)?;
    let versions = index.entries.iter().filter_map(|entry| Version::detect(&entry.version).ok());
    let commits: Vec<(usize, CommitHash)> = versions
        .filter_map(|version| version.commit().cloned())
        .filter_map(|commit| Some((history.find(&commit)?, commit)))
        .collect();
    let positions: Vec<usize> = commits.iter().map(|(at, _)| *at).collect();
    let first = history.first_with(wanted, &positions);
    Ok(commits.into_iter().find(|(at, _)| Some(*at) == first).map(|(_, commit)| commit))
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
        return Err(no_order("names a commit and no order"));
    }
    let unread = index.entries.iter().filter(|entry| match rules.scheme {
        Some(scheme) => scheme.parse(&entry.version).is_err(),
        None => Version::detect(&entry.version).is_err(),
    });
    let versions: Vec<String> = unread.map(|entry| entry.version.clone()).collect();
    if !versions.is_empty() {
        notices.push(Notice::UnreadVersions { versions, scheme: rules.scheme });
    }
    newest(&version, rules.scheme, index)
        .map(|(_, entry)| entry)
        .ok_or_else(|| no_order("has a scheme of which the index lists no version"))
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
