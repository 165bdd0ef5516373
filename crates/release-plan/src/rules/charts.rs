//! What a release's charts and values say of JupyterHub and BinderHub.

use std::collections::BTreeMap;

use helm_release::Release;
use serde_json::Value;

use crate::manifest::rendered;

/// Where BinderHub's image prefix stands: in its own chart, and as a dependency of another one.
const IMAGE_PREFIX: [&str; 4] = [
    "binderhub.config.BinderHub.image_prefix",
    "config.BinderHub.image_prefix",
    "binderhub.registry.prefix",
    "registry.prefix",
];

/// The labels in which charts write their own name and version.
const CHART_LABELS: [&str; 2] = ["helm.sh/chart", "chart"];

/// The prefix of the images that BinderHub builds.
pub(crate) fn image_prefix(release: &Release) -> Option<&str> {
    IMAGE_PREFIX.iter().find_map(|path| release.value(path)?.as_str())
}

/// The version of a chart in a release: as its objects are labelled, else as a dependency.
///
/// What a dependency depends on is not in Helm's record; its objects are.
pub(crate) fn version(release: &Release, chart: &str) -> Option<String> {
    let labelled = || {
        let objects = rendered(release.manifest(), release.namespace());
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for object in objects.values().filter_map(|it| it.value.as_ref()) {
            let label =
                |key: &&str| object.pointer("/metadata/labels").and_then(|labels| labels.get(*key)?.as_str());
            let version = CHART_LABELS
                .iter()
                .find_map(label)
                .and_then(|label| label.strip_prefix(chart)?.strip_prefix('-'));
            if let Some(version) = version.filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
            {
                *found.entry(version.to_owned()).or_default() += 1;
            }
        }
        found.into_iter().max_by_key(|(_, count)| *count).map(|(version, _)| version)
    };
    let own = (release.chart().name == chart).then(|| release.chart().version.clone());
    let named = || {
        let dependency = release.chart().dependencies.iter().find(|it| it.name == chart);
        dependency.map(|it| it.version.clone())
    };
    own.or_else(labelled).or_else(named)
}

/// The version of the hub's own image, for charts that label nothing.
pub(crate) fn hub_image(release: &Release) -> Option<String> {
    let objects = rendered(release.manifest(), release.namespace());
    objects.values().filter_map(|it| it.value.as_ref()).find_map(|object| {
        let containers = object.pointer("/spec/template/spec/containers").and_then(Value::as_array)?;
        containers.iter().find_map(|container| {
            let (name, tag) = container.get("image")?.as_str()?.rsplit_once(':')?;
            name.ends_with("/k8s-hub").then(|| tag.to_owned())
        })
    })
}
