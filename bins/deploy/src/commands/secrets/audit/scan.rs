//! Gathers what the audit tells, from git.

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;

use camino::Utf8PathBuf;
use secret_vault::age::Readers;
use secret_vault::audit::{
    Access, Exposure, History, Sealing, Stray, exposures, gpg_access, reader_access, stray, versions_under,
};

use super::rules::Rules;
use crate::commands::secrets::age::{Place, Repo};
use crate::commands::secrets::failed;
use crate::trouble::Refusal;

/// How much of a file tells whether it is a key.
const HEAD: u64 = 512;

/// All that was found.
#[derive(Debug)]
pub(super) struct Audit {
    pub(super) commits: usize,
    /// Whether only a part of the history is in this clone.
    pub(super) is_shallow: bool,
    /// How many contents of sealed paths were looked at.
    pub(super) looked_at: usize,
    pub(super) plaintext: Vec<Exposure>,
    pub(super) weak: BTreeMap<Vec<u8>, String>,
    pub(super) keys: Vec<(Utf8PathBuf, Stray)>,
    pub(super) access: Vec<Access>,
    /// How each path is sealed today.
    pub(super) today: BTreeMap<Vec<u8>, String>,
}

impl Audit {
    pub(super) fn is_clean(&self) -> bool {
        self.plaintext.is_empty() && self.weak.is_empty() && self.keys.is_empty()
    }
}

pub(super) async fn scan(place: &Place) -> Result<Audit, Refusal> {
    let repo = &place.repo;
    let log = repo.ask(History::LOG).await?;
    let strange = || failed(secret_vault::repository::Error::GitStrange { command: "log".into() });
    let history = History::parse(&log).ok_or_else(strange)?;
    let rules = Rules::read(repo, &history).await?;
    let is_own = |path: &[u8]| place.paths.all().iter().any(|own| own.as_str().as_bytes() == path);
    let is_rule = |path: &[u8]| path.ends_with(b".gitattributes");
    let versions = versions_under(&history, |path| match is_own(path) || is_rule(path) {
        true => Sealing::None,
        false => rules.of(path),
    });
    let mut blobs: Vec<String> = versions.iter().map(|(_, blob, _)| (*blob).to_owned()).collect();
    blobs.sort();
    blobs.dedup();
    let plain = plain(repo, &blobs).await?;
    let plain: HashMap<&str, usize> = plain.iter().map(|(blob, size)| (blob.as_str(), *size)).collect();
    let mut access = gpg_access(&history);
    access.extend(readers(place, &history).await?);
    let is_shallow = repo.ask(["rev-parse", "--is-shallow-repository"]).await?.starts_with(b"true");
    let tracked: &[&str] = match repo.is_bare() {
        false => &["ls-files", "-z"],
        true => &["ls-tree", "-r", "-z", "--name-only", "HEAD"],
    };
    let tracked = repo.ask(tracked.iter().copied()).await?;
    let tracked: std::collections::HashSet<&[u8]> = tracked.split(|byte| *byte == 0).collect();
    let here = |path: &[u8]| tracked.contains(path);
    Ok(Audit {
        commits: history.commits.len(),
        is_shallow,
        looked_at: versions.len(),
        plaintext: exposures(&history, &versions, &plain),
        weak: rules.weak.into_iter().filter(|(path, _)| here(path)).collect(),
        keys: stray_keys(repo, &rules.today).await?,
        access,
        today: rules
            .today
            .into_iter()
            .filter(|(path, _)| here(path) && !is_own(path) && !is_rule(path))
            .collect(),
    })
}

/// The contents that are in plaintext, with their sizes. An empty file tells nothing.
async fn plain(repo: &Repo, blobs: &[String]) -> Result<Vec<(String, usize)>, Refusal> {
    let contents = repo.contents(blobs).await?;
    let is_plain = |content: &Vec<u8>| {
        !content.is_empty() && !secret_vault::is_sealed(content) && !secret_vault::age::is_sealed(content)
    };
    let found = blobs
        .iter()
        .zip(contents)
        .filter_map(|(blob, content)| content.filter(is_plain).map(|content| (blob.clone(), content.len())));
    Ok(found.collect())
}

/// Who stood in the readers' file from when to when.
async fn readers(place: &Place, history: &History) -> Result<Vec<Access>, Refusal> {
    let path = place.paths.readers.as_str().as_bytes();
    let blobs: Vec<String> = history.of(path).filter_map(|change| change.blob.clone()).collect();
    let contents = place.repo.contents(&blobs).await?;
    let names: HashMap<String, Vec<String>> = blobs
        .into_iter()
        .zip(contents)
        .map(|(blob, content)| {
            let text = String::from_utf8_lossy(&content.unwrap_or_default()).into_owned();
            let names = Readers::parse(&place.paths.readers, &text)
                .map(|readers| readers.names().into_iter().map(str::to_owned).collect());
            (blob, names.unwrap_or_default())
        })
        .collect();
    Ok(reader_access(history, path, |blob| names.get(blob).cloned().unwrap_or_default()))
}

/// Keys that lie in the work tree, ignored or not, and outside of what is sealed.
async fn stray_keys(
    repo: &Repo,
    sealed: &BTreeMap<Vec<u8>, String>,
) -> Result<Vec<(Utf8PathBuf, Stray)>, Refusal> {
    if repo.is_bare() {
        return Ok(Vec::new());
    }
    let listing = repo.ask(["ls-files", "-z", "--cached", "--others"]).await?;
    let mut found: Vec<(Utf8PathBuf, Stray)> = Vec::new();
    for path in
        listing.split(|byte| *byte == 0).filter(|path| !path.is_empty() && !sealed.contains_key(*path))
    {
        let Ok(path) = std::str::from_utf8(path) else { continue };
        let whole = repo.top().join(path);
        let is_file = std::fs::symlink_metadata(&whole).is_ok_and(|found| found.is_file());
        let Some(file) = is_file.then(|| std::fs::File::open(&whole).ok()).flatten() else { continue };
        let mut head = zeroize::Zeroizing::new(Vec::with_capacity(512));
        if file.take(HEAD).read_to_end(&mut head).is_ok()
            && let Some(key) = stray(&head)
        {
            found.push((path.into(), key));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}
