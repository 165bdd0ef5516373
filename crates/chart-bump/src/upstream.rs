//! Where a chart's source lives, and the page that compares two of its versions.

use url::Url;

use crate::source::IndexEntry;
use crate::version::Version;

/// Names whose upstream is known without any index, and whether their releases are tagged with
/// the bare version.
const CATALOGUE: [(&str, &str, bool); 5] = [
    ("binderhub", "jupyterhub/binderhub", false),
    ("jupyterhub", "jupyterhub/zero-to-jupyterhub-k8s", true),
    ("repo2docker", "jupyterhub/repo2docker", true),
    ("cryptnono", "cryptnono/cryptnono", false),
    ("pebble", "jupyterhub/pebble-helm-chart", true),
];

/// Where `name` is developed, where that is known without any index.
pub(crate) fn known(name: &str) -> Option<&'static str> {
    CATALOGUE.iter().find(|(known, ..)| *known == name).map(|(_, repository, _)| *repository)
}

/// The page that lists what changed between two versions of `name`.
///
/// The repository is the `declared` one, `owner/name`, else what the index says, else the one that is
/// known for the name. Both ends must be git references that surely exist: the commit of a version, or the
/// tag of a release whose form is known: `prefix` is what stands before the version in it. `None` rather
/// than a page that is not there.
#[must_use]
pub fn compare_url(
    name: &str,
    declared: Option<&str>,
    entry: Option<&IndexEntry>,
    prefix: Option<&str>,
    (old, new): (&str, &str),
) -> Option<Url> {
    let known = CATALOGUE.iter().find(|(known, ..)| *known == name);
    let published =
        entry.and_then(|entry| entry.sources.iter().chain(&entry.home).find_map(|url| github(url)));
    let repository = declared.map(str::to_owned).or(published);
    let repository = repository.or_else(|| known.map(|(_, repository, _)| (*repository).to_owned()))?;
    // A tag's form is known for the repositories of the catalogue alone.
    let tagged = CATALOGUE.iter().any(|(_, own, tagged)| *tagged && *own == repository);
    let prefix = prefix.or(tagged.then_some(""));
    let (old, new) = (reference(old, prefix)?, reference(new, prefix)?);
    Url::parse(&format!("https://github.com/{repository}/compare/{old}...{new}")).ok()
}

fn reference(version: &str, prefix: Option<&str>) -> Option<String> {
    match Version::detect(version).ok()?.commit() {
        Some(commit) => Some(commit.to_string()),
        None => prefix.map(|prefix| format!("{prefix}{version}")),
    }
}

/// `owner/name` of an address on GitHub.
fn github(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    if !matches!(url.host_str(), Some("github.com" | "www.github.com")) {
        return None;
    }
    let mut parts = url.path_segments()?;
    let (owner, name) = (parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    (!owner.is_empty() && !name.is_empty()).then(|| format!("{owner}/{name}"))
}
