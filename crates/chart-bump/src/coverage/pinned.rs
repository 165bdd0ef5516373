//! The dependencies of a manifest, as things that somebody has to watch.

use std::ops::Range;

use camino::Utf8Path;
use problem::Place;

use crate::edit::{Step, YamlFile, YamlPath};
use crate::error::{BumpError, ConfigFault};
use crate::version::Version;

/// What is pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A chart that another one depends on.
    Dependency,
    /// An image in the values of a chart.
    Image,
}

/// A version that the repository pins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// What it is.
    pub kind: Kind,
    /// The dependency, the image, or where values do not name the image their key.
    pub name: String,
    /// The version or tag as it is written.
    pub version: String,
    /// The way to the scalar that holds it.
    pub path: YamlPath,
    /// Where it is written.
    pub place: Place,
    /// The repository as it is written.
    pub repository: Option<String>,
    /// Whether it is this repository's own: a chart in a folder, or an image that chartpress tags.
    pub is_own: bool,
    /// The bytes of the scalar.
    pub(crate) bytes: Range<usize>,
    /// Whether the scalar is a whole image reference.
    pub(crate) is_reference: bool,
}

impl Pinned {
    /// What to write into `bump.yaml` so that it is watched.
    #[must_use]
    pub fn entry(&self) -> String {
        let short = self.name.rsplit(['/', '.']).next().unwrap_or(&self.name);
        let scheme = Version::detect(&self.version).map_or("semver", |version| version.scheme().name());
        let file = &self.place.file;
        let path = serde_json::Value::from(self.path.to_string());
        let (name, source, part) = match self.kind {
            Kind::Dependency => {
                let repository = self.repository.as_deref().unwrap_or("https://...");
                (self.name.clone(), format!("{{helm: \"{repository}\", chart: {}}}", self.name), "")
            }
            Kind::Image => {
                let name = match &self.repository {
                    Some(_) => short.to_owned(),
                    None => self.name.replace('.', "-"),
                };
                let image = self.repository.as_deref().unwrap_or("...");
                let part = if self.is_reference { ", part: tag" } else { "" };
                (name, format!("{{image: {image}}}"), part)
            }
        };
        format!(
            "  {name}:\n    source: {source}\n    scheme: {scheme}\n    targets: [{{file: {file}, path: {path}{part}}}]\n"
        )
    }

    /// Why a check fails where nobody watches it.
    #[must_use]
    pub fn unwatched(&self) -> BumpError {
        let what = match self.kind {
            Kind::Dependency => "the dependency",
            Kind::Image => "the image",
        };
        let fault = ConfigFault::Unwatched { what, name: self.name.clone(), entry: self.entry() };
        BumpError::Config { fault, place: self.place.clone().into() }
    }

    /// Whether `name` means it: its own name, or the last word of it.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.name.rsplit(['/', '.']).next() == Some(name)
    }
}

/// Every dependency with a version in the manifest `file`.
pub(crate) fn dependencies(file: &Utf8Path, bytes: &[u8]) -> Result<Vec<Pinned>, BumpError> {
    let manifest = YamlFile::new(file, bytes.to_vec())?;
    let events = manifest.events();
    let mut found = Vec::new();
    for list in events.roots().filter_map(|root| events.value_of(root, "dependencies")) {
        for (index, item) in events.items(list).enumerate() {
            let text = |key| events.value_of(item, key).and_then(|value| events.scalar(value));
            let Some(name) = text("name") else {
                continue;
            };
            let key = |key: &str| Step::Key(key.to_owned());
            let path = YamlPath::new(vec![key("dependencies"), Step::Index(index), key("version")]);
            let Ok(leaf) = manifest.get(&path) else {
                continue;
            };
            let repository = text("repository").filter(|repository| !repository.is_empty());
            let named = Step::Where { key: "name".to_owned(), value: name.to_owned() };
            found.push(Pinned {
                kind: Kind::Dependency,
                name: name.to_owned(),
                version: leaf.value,
                path: YamlPath::new(vec![key("dependencies"), named, key("version")]),
                place: leaf.place,
                repository: repository.map(str::to_owned),
                is_own: repository.is_none_or(|repository| repository.starts_with("file://")),
                bytes: leaf.bytes,
                is_reference: false,
            });
        }
    }
    Ok(found)
}
