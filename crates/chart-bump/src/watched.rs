//! The pins of a name that `bump.yaml` watches, or that is known to stand in values.

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalogue;
use crate::config::{Place, Source, Watch};
use crate::edit::{YamlFile, YamlPath};
use crate::error::BumpError;
use crate::find::{Found, Pin};
use crate::image::Part;

/// The pins of `watch`, every target of it; `read` gives the bytes of a file.
///
/// # Errors
/// A file cannot be read, a path leads nowhere, or a target holds another image than is watched.
pub fn find_watched(
    watch: &Watch,
    mut read: impl FnMut(&Utf8Path) -> Result<Vec<u8>, BumpError>,
) -> Result<Found, BumpError> {
    let mut found = Found { manifests: Vec::new(), pins: Vec::new(), unread: Vec::new() };
    for target in &watch.targets {
        let known = found.manifests.iter().position(|manifest: &YamlFile| manifest.file() == target.file);
        let manifest = match known {
            Some(manifest) => manifest,
            None => {
                found.manifests.push(YamlFile::new(target.file.clone(), read(&target.file)?)?);
                found.manifests.len() - 1
            }
        };
        let file = found.manifests.get(manifest);
        let Some(pin) = file.map(|file| pin(file, manifest, target, &watch.source)).transpose()? else {
            continue;
        };
        found.pins.push(pin);
    }
    Ok(found)
}

fn pin(file: &YamlFile, manifest: usize, target: &Place, source: &Source) -> Result<Pin, BumpError> {
    let leaf = file.get(&target.path)?;
    let version = target.part.of(&leaf.value);
    let version =
        version.map_err(|fault| BumpError::ImagePart { fault, place: leaf.place.clone().into() })?.to_owned();
    if let (Source::Image(wanted), Some(image)) = (source, target.part.image(&leaf.value))
        && wanted != image
    {
        return Err(BumpError::OtherImage {
            found: image.to_owned(),
            wanted: wanted.clone(),
            place: leaf.place.into(),
        });
    }
    let repository = match source {
        Source::Helm { repository, .. } => repository.to_string(),
        Source::Image(image) => image.clone(),
        Source::GitHub { repo, .. } => format!("https://github.com/{repo}"),
    };
    Ok(Pin {
        manifest,
        path: target.path.clone(),
        version,
        scalar: leaf.value,
        part: target.part,
        place: leaf.place,
        repository: Some(repository),
    })
}

/// The pins of an image that every repository of its kind keeps at one of a few known paths.
///
/// `None` where `name` is not known, or none of `files`, which are pairs of name and bytes, has it.
/// A file that names none of its images is not even read as YAML.
///
/// # Errors
/// A file that names the image is no YAML, or the scalar is no image with a tag.
pub fn find_image(
    name: &str,
    files: impl IntoIterator<Item = (Utf8PathBuf, Vec<u8>)>,
) -> Result<Option<Found>, BumpError> {
    let Some(known) = catalogue::image(name) else {
        return Ok(None);
    };
    let paths = known.paths.iter().map(|path| path.parse()).collect::<Result<Vec<YamlPath>, _>>()?;
    let mut found = Found { manifests: Vec::new(), pins: Vec::new(), unread: Vec::new() };
    for (file, bytes) in files {
        let names = |image: &str| bytes.windows(image.len()).any(|window| window == image.as_bytes());
        if !known.images.iter().any(|image| names(image)) {
            continue;
        }
        let file = YamlFile::new(file, bytes)?;
        let manifest = found.manifests.len();
        let before = found.pins.len();
        for path in &paths {
            let leaf = match file.get(path) {
                Ok(leaf) => leaf,
                Err(BumpError::NoMatch { .. }) => continue,
                Err(other) => return Err(other),
            };
            let image = Part::Tag.image(&leaf.value).unwrap_or_default().to_owned();
            if !known.images.contains(&image.as_str()) {
                continue;
            }
            let target = Place { file: file.file().to_owned(), path: path.clone(), part: Part::Tag };
            found.pins.push(pin(&file, manifest, &target, &Source::Image(image))?);
        }
        if found.pins.len() > before {
            found.manifests.push(file);
        }
    }
    Ok((!found.pins.is_empty()).then_some(found))
}
