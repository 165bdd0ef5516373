//! The pins of a repository that nobody watches and nobody has given a reason to leave alone.

use camino::Utf8Path;

use super::images::images;
use super::pinned::{Pinned, dependencies};
use crate::deployment::Deployment;
use crate::edit::YamlFile;
use crate::error::BumpError;
use crate::notice::Notice;

/// What a repository pins in silence.
#[derive(Debug, Default)]
pub struct Unwatched {
    /// Every pin that is neither watched nor ignored with a reason.
    pub pins: Vec<Pinned>,
    /// Files that could not be looked into.
    pub notices: Vec<Notice>,
}

/// Looks at every dependency and every image of `deployment`.
///
/// Without `bump.yaml` a dependency speaks for itself, since its manifest names where it comes
/// from, and so do the images that are known by name; everything else is unwatched.
#[must_use]
pub fn unwatched(deployment: &Deployment) -> Unwatched {
    let mut found = Unwatched::default();
    if deployment.has_config() {
        for (file, bytes) in deployment.manifests() {
            found.add(deployment, file, bytes, dependencies(file, bytes));
        }
    }
    for (file, bytes) in deployment.values() {
        found.add(deployment, file, bytes, images(file, bytes));
    }
    found
}

impl Unwatched {
    fn add(
        &mut self,
        deployment: &Deployment,
        file: &Utf8Path,
        bytes: &[u8],
        pins: Result<Vec<Pinned>, BumpError>,
    ) {
        match pins {
            Ok(pins) => {
                let watched = watched_bytes(deployment, file, bytes);
                let is_left = |pin: &Pinned| {
                    let ignored = deployment.config().ignore.iter().any(|it| pin.is_called(&it.name));
                    !pin.is_own && !ignored && !watched.contains(&pin.bytes)
                };
                self.pins.extend(pins.into_iter().filter(is_left));
            }
            // Templates and the like; whoever bumps a name in it is told more.
            Err(error) => {
                let place = problem::Diagnose::place(&error);
                let place = place.unwrap_or_else(|| problem::Place::new(file, 0, 0));
                self.notices.push(Notice::UnreadManifest { place });
            }
        }
    }
}

/// The scalars of `file` that somebody watches.
fn watched_bytes(deployment: &Deployment, file: &Utf8Path, bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let Ok(yaml) = YamlFile::new(file, bytes.to_vec()) else {
        return Vec::new();
    };
    let subjects = deployment.names().into_iter().filter_map(|name| deployment.subject(&name).ok());
    let pins = subjects.flat_map(|subject| {
        let files: Vec<_> = subject.found.manifests.iter().map(|own| own.file().to_owned()).collect();
        let here = move |manifest: usize| files.get(manifest).is_some_and(|own| own == file);
        subject.found.pins.into_iter().filter(move |pin| here(pin.manifest))
    });
    pins.filter_map(|pin| Some(yaml.get(&pin.path).ok()?.bytes)).collect()
}
