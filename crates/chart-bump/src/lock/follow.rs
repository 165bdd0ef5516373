//! What a bump of a manifest means for the lock beside it.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use serde::Deserialize;

use super::archives::Archives;
use super::digest::{Dependency, digest};
use crate::edit::{Edit, NewValue, Step, YamlFile, YamlPath};
use crate::error::BumpError;
use crate::notice::Notice;
use crate::plan::{FileChange, Move};

/// The locks of Helm 3 and Helm 2, by the manifest that they belong to.
const LOCKS: [(&str, &str); 2] = [("Chart.yaml", "Chart.lock"), ("requirements.yaml", "requirements.lock")];

#[derive(Deserialize)]
struct Dependencies {
    #[serde(default)]
    dependencies: Vec<Dependency>,
    #[serde(default)]
    digest: String,
}

impl Dependencies {
    fn read(text: &str) -> Option<Self> {
        serde_yaml::from_str(text).ok()
    }
}

/// Adds to `files` the lock of every manifest among them, and the digests of its archives.
///
/// Only what lies among `texts` follows, and a lock only where it was in step before: else it is
/// named, and Helm has to make it anew.
pub(crate) fn follow(
    chart: &str,
    texts: &BTreeMap<Utf8PathBuf, Vec<u8>>,
    moves: &[Move],
    files: &mut Vec<FileChange>,
    now: Timestamp,
) -> Result<Vec<Notice>, BumpError> {
    let mut notices = Vec::new();
    let mut added = Vec::new();
    for manifest in files.iter() {
        let own = LOCKS.iter().find(|(name, _)| manifest.file.file_name() == Some(name));
        let Some(lock) = own.map(|(_, lock)| manifest.file.with_file_name(lock)) else {
            continue;
        };
        let Some(text) = texts.get(&lock) else {
            continue;
        };
        match locked(&lock, text, manifest, now)? {
            Some(change) => added.push(change),
            None => {
                notices.push(Notice::StaleLock { file: lock });
                continue;
            }
        }
        let of_manifest = moves.iter().filter(|step| step.place.file == manifest.file);
        added.extend(recorded(chart, texts, &lock, of_manifest));
    }
    files.extend(added);
    Ok(notices)
}

/// The lock with the new versions and Helm's digest; `None` where it was not in step.
fn locked(
    lock: &Utf8Path,
    text: &[u8],
    manifest: &FileChange,
    now: Timestamp,
) -> Result<Option<FileChange>, BumpError> {
    let mut file = YamlFile::new(lock, text.to_vec())?;
    let before = file.text().to_owned();
    let (Some(old), Some(new), Some(mut held)) = (
        manifest.before.as_deref().and_then(Dependencies::read),
        Dependencies::read(&manifest.after),
        Dependencies::read(&before),
    ) else {
        return Ok(None);
    };
    if held.digest != digest(&old.dependencies, &held.dependencies)
        || held.dependencies.len() != new.dependencies.len()
    {
        return Ok(None);
    }
    let key = |name: &str| Step::Key(name.to_owned());
    for (at, (old, new)) in old.dependencies.iter().zip(&new.dependencies).enumerate() {
        let Some(held) = held.dependencies.get_mut(at).filter(|_| old.version != new.version) else {
            continue;
        };
        held.version.clone_from(&new.version);
        set(&mut file, vec![key("dependencies"), Step::Index(at), key("version")], &new.version)?;
    }
    set(&mut file, vec![key("digest")], &digest(&new.dependencies, &held.dependencies))?;
    set(&mut file, vec![key("generated")], &now.to_string())?;
    let after = file.text().to_owned();
    Ok(Some(FileChange { file: lock.to_owned(), before: Some(before), after }))
}

fn set(file: &mut YamlFile, steps: Vec<Step>, value: &str) -> Result<(), BumpError> {
    if let Edit::Changed { text, .. } = file.set(&YamlPath::new(steps), &NewValue::Text(value.to_owned()))? {
        *file = YamlFile::new(file.file(), text.into_bytes())?;
    }
    Ok(())
}

/// The digests beside `lock`, where they change.
fn recorded<'m>(
    chart: &str,
    texts: &BTreeMap<Utf8PathBuf, Vec<u8>>,
    lock: &Utf8Path,
    moves: impl Iterator<Item = &'m Move>,
) -> Option<FileChange> {
    let file = Utf8PathBuf::from(format!("{lock}{}", Archives::SUFFIX));
    let before = texts.get(&file).map(|text| String::from_utf8_lossy(text).into_owned());
    let mut archives = Archives::parse(before.as_deref().unwrap_or_default());
    for step in moves {
        archives.set(chart, &step.old, &step.new, step.archive.as_deref());
    }
    let after = archives.text();
    (after != before.clone().unwrap_or_default()).then_some(FileChange { file, before, after })
}
