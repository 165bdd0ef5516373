//! The images in a values file, by the shapes in which charts take them.

use camino::Utf8Path;

use super::pinned::{Kind, Pinned};
use crate::edit::{Leaf, Step, YamlFile, YamlPath};
use crate::error::BumpError;
use crate::image::Part;

/// Every image with a tag or digest of its own in the values `file`.
///
/// Two shapes are known: a whole reference under a key that ends in `image`, and a `tag` beside a
/// `repository`, `name` or `image`, or below a key that ends in `image`.
pub(crate) fn images(file: &Utf8Path, bytes: &[u8]) -> Result<Vec<Pinned>, BumpError> {
    let values = YamlFile::new(file, bytes.to_vec())?;
    let found = values.leaves().into_iter().filter_map(|(path, leaf)| {
        let (last, above) = path.steps().split_last()?;
        let Step::Key(key) = last else {
            return None;
        };
        match key.as_str() {
            "tag" => split(&values, &path, above, leaf),
            key if names_image(key) => whole(&path, leaf),
            _ => None,
        }
    });
    Ok(found.collect())
}

fn names_image(key: &str) -> bool {
    key == "image" || ["Image", "_image", "-image"].iter().any(|end| key.ends_with(end))
}

/// Whether a text can name an image, in part or whole.
fn is_reference(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '@');
    !text.is_empty() && text.chars().all(word)
}

/// `image: docker:28.3.3-dind`.
fn whole(path: &YamlPath, leaf: Leaf) -> Option<Pinned> {
    if !is_reference(&leaf.value) {
        return None;
    }
    let version =
        Part::TagAndDigest.of(&leaf.value).or_else(|_| Part::Digest.of(&leaf.value)).ok()?.to_owned();
    let image = Part::Tag.image(&leaf.value).unwrap_or_default().to_owned();
    Some(pinned(image.clone(), Some(image), version, path, leaf, true))
}

/// `image: {name: jupyterhub/k8s-hub, tag: 4.0.0}`.
fn split(values: &YamlFile, path: &YamlPath, above: &[Step], leaf: Leaf) -> Option<Pinned> {
    let beside = |key: &str| {
        let path = [above, &[Step::Key(key.to_owned())]].concat();
        values.get(&YamlPath::new(path)).ok().map(|leaf| leaf.value).filter(|value| is_reference(value))
    };
    let image = ["repository", "name", "image"].iter().find_map(|key| beside(key));
    let below_image = matches!(above.last(), Some(Step::Key(key)) if names_image(key));
    if leaf.value.is_empty() || (image.is_none() && !below_image) {
        return None;
    }
    let image = image.map(|image| match beside("registry") {
        Some(registry) => format!("{registry}/{image}"),
        None => image,
    });
    let name = image.clone().unwrap_or_else(|| YamlPath::new(above.to_vec()).to_string());
    let version = leaf.value.clone();
    Some(pinned(name, image, version, path, leaf, false))
}

fn pinned(
    name: String,
    repository: Option<String>,
    version: String,
    path: &YamlPath,
    leaf: Leaf,
    is_reference: bool,
) -> Pinned {
    Pinned {
        kind: Kind::Image,
        name,
        // chartpress writes the tags of a repository's own images when it is deployed.
        is_own: version.contains("set-by-chartpress"),
        version,
        path: path.clone(),
        place: leaf.place,
        repository,
        bytes: leaf.bytes,
        is_reference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_in_every_shape() {
        let text = "\
pruner: {image: 'docker:28.3.3-dind'}
build_image: quay.io/x/r2d:1
hub:
  image: {name: quay.io/x/hub, tag: '4.0'}
  other: {registry: ghcr.io, repository: a/b, tag: v1}
dind: {daemonset: {image: {tag: 27.5.1-dind}}}
own: {image: {name: me/own, tag: set-by-chartpress}}
pinned: {image: 'a/b@sha256:00'}
notes: {tag: not of an image, image: just words}
imageCleaner: {enabled: true}
image_prefix: quay.io/x/y-
init: [{image: minrk/tc-init:0.0.4}]
empty: {image: {name: x, tag: ''}}
";
        let found = images("values.yaml".into(), text.as_bytes()).unwrap();
        let found: Vec<String> =
            found.iter().map(|it| format!("{} {} {} {}", it.name, it.version, it.path, it.is_own)).collect();
        assert_eq!(
            found,
            [
                "docker 28.3.3-dind pruner.image false",
                "quay.io/x/r2d 1 build_image false",
                "quay.io/x/hub 4.0 hub.image.tag false",
                "ghcr.io/a/b v1 hub.other.tag false",
                "dind.daemonset.image 27.5.1-dind dind.daemonset.image.tag false",
                "me/own set-by-chartpress own.image.tag true",
                "a/b sha256:00 pinned.image false",
                "minrk/tc-init 0.0.4 init[0].image false",
            ]
        );
    }
}
