//! Whether the charts inside a chart are the versions that it asks for: Helm itself only looks at their names.

use camino::Utf8Path;
use problem::Place;
use semver::Version;
use serde::Deserialize;

use crate::Error;

#[derive(Deserialize)]
struct ChartYaml {
    #[serde(default)]
    dependencies: Vec<Wanted>,
}

#[derive(Deserialize)]
struct Wanted {
    name: String,
    #[serde(default)]
    version: String,
}

/// Compares `Chart.yaml` with the packed charts in `charts/`.
///
/// # Errors
/// [`Error::ChartVendored`] where another version is there than the one that is asked for.
pub(super) fn check(directory: &Utf8Path) -> Result<(), Error> {
    let file = directory.join("Chart.yaml");
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    // What cannot be read here is told by Helm, with its own words for it.
    let Ok(chart) = serde_yaml::from_str::<ChartYaml>(&text) else { return Ok(()) };
    let packed = packed(directory);
    for wanted in &chart.dependencies {
        if let Some(found) = other_version(wanted, &packed) {
            let offset = text.find(&wanted.version).unwrap_or_default();
            let place = Place::in_text(file.clone(), &text, offset, wanted.version.len());
            let (name, wanted) = (wanted.name.clone(), wanted.version.clone());
            return Err(Error::ChartVendored { name, wanted, found, place: Box::new(place) });
        }
    }
    Ok(())
}

/// The names of the packed charts, without their ending.
fn packed(directory: &Utf8Path) -> Vec<String> {
    let Ok(entries) = directory.join("charts").read_dir_utf8() else { return Vec::new() };
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name().to_owned());
    names.filter_map(|name| name.strip_suffix(".tgz").map(str::to_owned)).collect()
}

/// The version that is there instead. A range is not compared, and neither is a chart that is not there:
/// Helm resolves the one and names the other.
fn other_version(wanted: &Wanted, packed: &[String]) -> Option<String> {
    Version::parse(&wanted.version).ok()?;
    let version_of = |file: &String| {
        let version = file.strip_prefix(&wanted.name)?.strip_prefix('-')?;
        // `traefik-crds-1.0.0` is no `traefik`.
        Version::parse(version).ok().map(|_| version.to_owned())
    };
    let found: Vec<String> = packed.iter().filter_map(version_of).collect();
    match found.contains(&wanted.version) {
        true => None,
        false => found.into_iter().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_exact_version_of_the_same_chart_is_a_mistake() {
        let cases = [
            ("1.2.3", &["binderhub-1.2.3"][..], None),
            ("1.2.3", &["binderhub-1.2.4"], Some("1.2.4")),
            ("1.2.3", &["binderhub-1.2.4", "binderhub-1.2.3"], None),
            (
                "1.0.0-0.dev.git.3990.h1",
                &["binderhub-1.0.0-0.dev.git.3983.h2"],
                Some("1.0.0-0.dev.git.3983.h2"),
            ),
            ("1.2.3", &["binderhub-crds-1.2.4"], None),
            ("1.2.3", &[], None),
            (">= 1.2", &["binderhub-1.1.0"], None),
            ("", &["binderhub-1.1.0"], None),
        ];
        for (version, packed, other) in cases {
            let wanted = Wanted { name: "binderhub".into(), version: version.into() };
            let packed: Vec<String> = packed.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(other_version(&wanted, &packed).as_deref(), other, "{version} {packed:?}");
        }
    }
}
