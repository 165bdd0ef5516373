//! A bump before it happens: every file with its new text, and the story of it.

use camino::Utf8PathBuf;
use jiff::Timestamp;
use problem::Place;
use url::Url;

use crate::deployment::Deployment;
use crate::diff::unified_diff;
use crate::edit::{Edit, NewValue, YamlFile, YamlPath};
use crate::error::BumpError;
use crate::find::{Found, Pin};
use crate::image::Part;
use crate::lock;
use crate::notice::Notice;
use crate::published::Published;
use crate::resolve::{Resolved, Rules, Target, resolve};
use crate::source::IndexEntry;
use crate::upstream::compare_url;

/// What a bump of one name, or of a group of names, would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The dependency, or the group.
    pub name: String,
    /// One for every pin, also for those that are there already.
    pub moves: Vec<Move>,
    /// The files that change; none when there is nothing to do.
    pub files: Vec<FileChange>,
    /// What must not pass in silence.
    pub notices: Vec<Notice>,
}

/// One pin from its old to its new version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Whose version it is.
    pub name: String,
    /// Where the version stands.
    pub place: Place,
    /// The way to it.
    pub path: YamlPath,
    /// The version in use.
    pub old: String,
    /// The version to come.
    pub new: String,
    /// Whether bytes change; the same version may still need its quotes.
    pub changed: bool,
    /// The page that compares them.
    pub compare: Option<Url>,
    /// The SHA-256 of the archive to come, where its source tells.
    pub archive: Option<String>,
}

/// A file with its text before and after, which differ in proven scalars alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The file, as it was named when it was read.
    pub file: Utf8PathBuf,
    /// The whole text as read; `None` where there is no such file yet.
    pub before: Option<String>,
    /// The whole text to write.
    pub after: String,
}

impl FileChange {
    /// The change as a unified diff.
    #[must_use]
    pub fn diff(&self) -> String {
        unified_diff(&self.file, self.before.as_deref().unwrap_or_default(), &self.after)
    }
}

impl Plan {
    /// Resolves `target` for every pin and edits their files in memory.
    ///
    /// # Errors
    /// The target is not published, older, or ambiguous; a pin cannot be replaced in place.
    /// Nothing is planned for any file then.
    pub fn new(
        name: &str,
        found: Found,
        target: &Target,
        published: &Published,
        rules: &Rules,
    ) -> Result<Self, BumpError> {
        let lead = found.lead().cloned();
        let mut notices: Vec<Notice> =
            found.unread.into_iter().map(|place| Notice::UnreadManifest { place }).collect();
        let mut moves = Vec::new();
        let mut files = Vec::new();
        for (at, manifest) in found.manifests.into_iter().enumerate() {
            let mut draft = Draft::new(manifest);
            for pin in found.pins.iter().filter(|pin| pin.manifest == at) {
                // A digest follows the version that is told beside it.
                let teller = lead.as_ref().filter(|_| pin.part == Part::Digest).unwrap_or(pin);
                let resolved = resolve(name, teller, target, published, rules)
                    .map_err(|error| placed(error, &pin.place))?;
                let value = value(name, pin, &resolved, published)?;
                for notice in resolved.notices {
                    if !notices.contains(&notice) {
                        notices.push(notice);
                    }
                }
                for notice in nested_changes(published, &pin.version, resolved.entry) {
                    if !notices.contains(&notice) {
                        notices.push(notice);
                    }
                }
                // A digest that stands alone is told by the tag that it is of.
                let new = if teller.part == pin.part { resolved.version } else { value.clone() };
                let scalar = pin.part.replaced(&pin.scalar, &value);
                let scalar = scalar
                    .map_err(|fault| BumpError::ImagePart { fault, place: pin.place.clone().into() })?;
                let edit = draft.set(&pin.path, NewValue::Text(scalar))?;
                let changed = edit.is_some();
                notices.extend(edit.into_iter().flatten().map(|place| Notice::Follows { place }));
                moves.push(Move {
                    name: name.to_owned(),
                    place: pin.place.clone(),
                    path: pin.path.clone(),
                    compare: compare_url(
                        name,
                        rules.upstream.as_deref(),
                        resolved.entry,
                        rules.tag_prefix.as_deref(),
                        (&pin.version, &new),
                    ),
                    archive: resolved.entry.and_then(|entry| entry.digest.clone()),
                    old: pin.version.clone(),
                    new,
                    changed,
                });
            }
            files.extend(draft.finish());
        }
        Ok(Self { name: name.to_owned(), moves, files, notices })
    }

    /// What `plans` do together, each made on the files as the one before it leaves them.
    #[must_use]
    pub fn joined(name: &str, plans: &[Self]) -> Self {
        let mut joined = Self { name: name.to_owned(), ..Self::default() };
        for plan in plans {
            joined.moves.extend(plan.moves.iter().cloned());
            joined.notices.extend(plan.notices.iter().cloned());
            for change in &plan.files {
                match joined.files.iter_mut().find(|known| known.file == change.file) {
                    Some(known) => known.after.clone_from(&change.after),
                    None => joined.files.push(change.clone()),
                }
            }
        }
        joined
    }

    /// The first step that changes something, which names the bump.
    #[must_use]
    pub fn first(&self) -> Option<&Move> {
        let mut changed = self.moves.iter().filter(|step| step.changed);
        let tells = |step: &&Move| !step.new.starts_with("sha256:");
        changed.clone().find(tells).or_else(|| changed.next())
    }

    /// Lets the locks beside the changed manifests follow, as they lie in `deployment`.
    ///
    /// # Errors
    /// A lock is not YAML.
    pub fn with_locks(
        mut self,
        chart: &str,
        deployment: &Deployment,
        now: Timestamp,
    ) -> Result<Self, BumpError> {
        let noticed = lock::follow(chart, deployment.texts(), &self.moves, &mut self.files, now)?;
        self.notices.extend(noticed);
        Ok(self)
    }
}

/// What is written for `pin`.
fn value(name: &str, pin: &Pin, resolved: &Resolved<'_>, published: &Published) -> Result<String, BumpError> {
    let version = &resolved.version;
    if !pin.part.needs_digest() || (pin.part == Part::Digest && version.starts_with("sha256:")) {
        return Ok(version.clone());
    }
    let (image, why) = match published {
        Published::Index(index) => (&index.chart, "it does not tell it"),
        Published::Unlisted { image, why } => (image, why.as_str()),
    };
    let digest =
        resolved.entry.and_then(|entry| entry.digest.as_deref()).ok_or_else(|| BumpError::NoTag {
            name: name.to_owned(),
            image: image.clone(),
            why: why.to_owned(),
            wanted: format!("the digest of {version}"),
        })?;
    Ok(match pin.part {
        Part::TagAndDigest => format!("{version}@{digest}"),
        _ => digest.to_owned(),
    })
}

/// The charts inside that change along, where the index tells of both versions.
fn nested_changes(published: &Published, old: &str, new: Option<&IndexEntry>) -> Vec<Notice> {
    let Published::Index(index) = published else {
        return Vec::new();
    };
    let old = index.entries.iter().find(|entry| entry.version == old);
    let (Some(old), Some(new)) = (old, new) else {
        return Vec::new();
    };
    let mut names: Vec<&str> = Vec::new();
    for nested in old.dependencies.iter().chain(&new.dependencies) {
        if !names.contains(&nested.name.as_str()) {
            names.push(&nested.name);
        }
    }
    let changed = names.into_iter().filter(|name| old.nested(name) != new.nested(name));
    let own = |version: Option<&str>| version.map(str::to_owned);
    changed
        .map(|name| Notice::Nested {
            chart: name.to_owned(),
            old: own(old.nested(name)),
            new: own(new.nested(name)),
        })
        .collect()
}

/// A refusal is better read beside the line that it speaks of.
fn placed(error: BumpError, at: &Place) -> BumpError {
    match error {
        BumpError::Downgrade { name, old, new, place: None } => {
            BumpError::Downgrade { name, old, new, place: Some(at.clone().into()) }
        }
        BumpError::WrongScheme { name, new, scheme, place: None } => {
            BumpError::WrongScheme { name, new, scheme, place: Some(at.clone().into()) }
        }
        BumpError::Deprecated { chart, version, place: None } => {
            BumpError::Deprecated { chart, version, place: Some(at.clone().into()) }
        }
        BumpError::Diverged { name, old, new, place: None } => {
            BumpError::Diverged { name, old, new, place: Some(at.clone().into()) }
        }
        BumpError::Moved { name, from, to, place: None } => {
            BumpError::Moved { name, from, to, place: Some(at.clone().into()) }
        }
        other => other,
    }
}

/// A file that takes several edits, each proven against the text before it.
struct Draft {
    before: String,
    now: YamlFile,
}

impl Draft {
    fn new(file: YamlFile) -> Self {
        Self { before: file.text().to_owned(), now: file }
    }

    /// Sets one value, and says who follows it; `None` where it is there already.
    fn set(&mut self, path: &YamlPath, value: NewValue) -> Result<Option<Vec<Place>>, BumpError> {
        match self.now.set(path, &value)? {
            Edit::Unchanged(_) => Ok(None),
            Edit::Changed { text, followers, .. } => {
                self.now = YamlFile::new(self.now.file(), text.into_bytes())?;
                Ok(Some(followers))
            }
        }
    }

    fn finish(self) -> Option<FileChange> {
        let (file, after) = (self.now.file().to_owned(), self.now.text().to_owned());
        (self.before != after).then_some(FileChange { file, before: Some(self.before), after })
    }
}
