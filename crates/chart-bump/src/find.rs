//! Which charts of a repository depend on a name, and at which version.

use camino::{Utf8Path, Utf8PathBuf};
use problem::Place;

use crate::edit::{Step, YamlFile, YamlPath};
use crate::error::BumpError;
use crate::image::Part;

/// A version of a dependency, at the one place that decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Which of [`Found::manifests`].
    pub manifest: usize,
    /// The way to the version.
    pub path: YamlPath,
    /// The version as it is written.
    pub version: String,
    /// The whole scalar that holds it.
    pub scalar: String,
    /// Which part of the scalar it is.
    pub part: Part,
    /// Where it is written.
    pub place: Place,
    /// The repository or image as it is written; Helm looks into `charts/` where there is none.
    pub repository: Option<String>,
}

/// All pins of one name.
#[derive(Debug)]
pub struct Found {
    /// The manifests that name it.
    pub manifests: Vec<YamlFile>,
    /// At least one pin; all from the same repository.
    pub pins: Vec<Pin>,
    /// Manifests that are no YAML but do not name the dependency either.
    pub unread: Vec<Place>,
}

impl Found {
    /// The pin that tells the version in use: a digest does so only where nothing else does.
    #[must_use]
    pub fn lead(&self) -> Option<&Pin> {
        self.pins.iter().find(|pin| pin.part != Part::Digest).or(self.pins.first())
    }
}

/// Looks for the dependency `name` in `manifests`, which are pairs of name and bytes.
///
/// Both `Chart.yaml` and Helm 2's `requirements.yaml` keep a list `dependencies`.
///
/// # Errors
/// No manifest depends on it; a manifest that speaks of it is broken; it comes from several
/// repositories, or has no version.
pub fn find_dependency(
    name: &str,
    manifests: impl IntoIterator<Item = (Utf8PathBuf, Vec<u8>)>,
) -> Result<Found, BumpError> {
    let mut found = Found { manifests: Vec::new(), pins: Vec::new(), unread: Vec::new() };
    let mut searched = Vec::new();
    let mut names = Vec::new();
    for (file, bytes) in manifests {
        searched.push(file.clone());
        let speaks_of_it = holds(&bytes, name.as_bytes());
        let manifest = match YamlFile::new(file.clone(), bytes) {
            Ok(manifest) => manifest,
            Err(error) if speaks_of_it => return Err(error),
            Err(error) => {
                found.unread.push(problem::Diagnose::place(&error).unwrap_or_else(|| Place::new(file, 0, 0)));
                continue;
            }
        };
        let pins = pins_of(&manifest, name, found.manifests.len(), &mut names)?;
        if !pins.is_empty() {
            found.pins.extend(pins);
            found.manifests.push(manifest);
        }
    }
    if found.pins.is_empty() {
        let near = crate::near::nearest(name, names.iter().map(String::as_str));
        return Err(BumpError::UnknownName { name: name.to_owned(), near, searched });
    }
    one_source(name, &found.pins)?;
    Ok(found)
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && bytes.windows(needle.len()).any(|window| window == needle)
}

fn pins_of(
    manifest: &YamlFile,
    name: &str,
    at_manifest: usize,
    names: &mut Vec<String>,
) -> Result<Vec<Pin>, BumpError> {
    let events = manifest.events();
    let mut pins = Vec::new();
    let lists = events.roots().filter_map(|root| events.value_of(root, "dependencies"));
    for list in lists {
        for (index, item) in events.items(list).enumerate() {
            let text = |key| events.value_of(item, key).and_then(|value| events.scalar(value));
            let Some(own) = text("name") else {
                continue;
            };
            if own != name {
                names.push(own.to_owned());
                continue;
            }
            let path = YamlPath::new(vec![
                Step::Key("dependencies".to_owned()),
                Step::Index(index),
                Step::Key("version".to_owned()),
            ]);
            let leaf = manifest.get(&path).map_err(|error| match error {
                BumpError::NoMatch { place, .. } => BumpError::NoVersion { name: name.to_owned(), place },
                other => other,
            })?;
            pins.push(Pin {
                manifest: at_manifest,
                path,
                version: leaf.value.clone(),
                scalar: leaf.value,
                part: Part::Whole,
                place: leaf.place,
                repository: text("repository").map(str::to_owned),
            });
        }
    }
    if let [only] = pins.as_mut_slice() {
        // The name says more than the position, and stays true when the list grows.
        only.path = YamlPath::new(vec![
            Step::Key("dependencies".to_owned()),
            Step::Where { key: "name".to_owned(), value: name.to_owned() },
            Step::Key("version".to_owned()),
        ]);
    }
    Ok(pins)
}

fn one_source(name: &str, pins: &[Pin]) -> Result<(), BumpError> {
    let address = |pin: &Pin| pin.repository.clone().unwrap_or_default().trim_end_matches('/').to_owned();
    let Some(first) = pins.first().map(address) else {
        return Ok(());
    };
    match pins.iter().find(|pin| address(pin) != first) {
        None => Ok(()),
        Some(other) => Err(BumpError::SeveralSources {
            name: name.to_owned(),
            first,
            second: address(other),
            place: other.place.clone().into(),
        }),
    }
}

/// The top of the git work tree in which `start` lies, or `start` itself outside of any.
#[must_use]
pub fn repository_root(start: &Utf8Path) -> &Utf8Path {
    start.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(start)
}
