//! What a chart says that it depends on, and which of it is not in its `charts/`.

use camino::Utf8Path;
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::chart::ChartDigest;

/// One chart that another one depends on. Fields and their order are those that Helm computes a lock
/// file's digest of.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// A version, or a range of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) version: String,
    /// Empty where it lies in `charts/` and nowhere else.
    #[serde(default)]
    pub(crate) repository: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    condition: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    enabled: bool,
    #[serde(default, rename = "import-values", skip_serializing_if = "Vec::is_empty")]
    import_values: Vec<Value>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    alias: String,
}

/// `Chart.yaml` and `Chart.lock` of one chart.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    pub(crate) wanted: Vec<Dependency>,
    /// What the lock file says, where there is one.
    locked: Option<Listed>,
}

#[derive(Debug, Default, Deserialize)]
struct Listed {
    #[serde(default)]
    dependencies: Vec<Dependency>,
    /// Of what was wanted and what was found, in a lock file.
    #[serde(default)]
    digest: String,
}

impl Declared {
    /// Reads both files. What cannot be read here is told by Helm, with its own words for it.
    pub(crate) fn read(directory: &Utf8Path) -> Self {
        let list = |file: &str| -> Option<Listed> {
            let text = std::fs::read_to_string(directory.join(file)).ok()?;
            serde_yaml::from_str(&text).ok()
        };
        Self { wanted: list("Chart.yaml").unwrap_or_default().dependencies, locked: list("Chart.lock") }
    }

    /// The dependencies that are not in `charts/`, by their names, which is how Helm looks for them.
    pub(crate) fn missing(&self, directory: &Utf8Path) -> Vec<&Dependency> {
        let entries = directory.join("charts").read_dir_utf8().into_iter().flatten().filter_map(Result::ok);
        let there: Vec<String> = entries.map(|entry| entry.file_name().to_owned()).collect();
        self.wanted.iter().filter(|wanted| !there.iter().any(|file| wanted.is_in(file))).collect()
    }

    /// The one version that is meant: the locked one, or the wanted one where it is no range. None where
    /// the lock does not fit, which is Helm's to tell.
    pub(crate) fn exact(&self, wanted: &Dependency) -> Option<String> {
        let is_exact = Version::parse(wanted.version.trim_start_matches('v')).is_ok();
        let Some(locked) = &self.locked else {
            return is_exact.then(|| wanted.version.clone());
        };
        let same =
            |locked: &&Dependency| locked.name == wanted.name && locked.repository == wanted.repository;
        let found = locked.dependencies.iter().find(same)?;
        (self.digest().as_ref() == Some(&locked.digest)).then(|| found.version.clone())
    }

    /// The digest that Helm writes into a lock file: of both lists, as Go writes JSON.
    fn digest(&self) -> Option<String> {
        let both = serde_json::to_string(&[&self.wanted, &self.locked.as_ref()?.dependencies]).ok()?;
        let escapes = [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026")];
        let both = escapes.iter().fold(both, |text, (sign, escape)| text.replace(*sign, escape));
        Some(ChartDigest::of(both.as_bytes()).to_string())
    }
}

impl Dependency {
    /// Whether it lies on this machine, beside the chart.
    pub(crate) fn local(&self) -> Option<&str> {
        self.repository.strip_prefix("file://")
    }

    /// Whether a file or folder of `charts/` is this chart.
    fn is_in(&self, file: &str) -> bool {
        let Some(rest) = file.strip_prefix(&self.name) else { return false };
        let version = rest.strip_prefix('-').and_then(|rest| rest.strip_suffix(".tgz"));
        // `traefik-crds-1.0.0.tgz` is no `traefik`.
        rest.is_empty()
            || version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit() || c == 'v'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str, version: &str) -> Dependency {
        Dependency {
            name: name.into(),
            version: version.into(),
            repository: "https://x".into(),
            ..Dependency::default()
        }
    }

    #[test]
    fn a_dependency_is_there_packed_or_not_and_no_other_chart_is_it() {
        let hub = dependency("hub", "1.0.0");
        for there in ["hub", "hub-1.0.0.tgz", "hub-v1.0.0.tgz", "hub-2.0.0-0.dev.git.1.h1.tgz"] {
            assert!(hub.is_in(there), "{there}");
        }
        for other in ["hub-crds-1.0.0.tgz", "hubs", "hub-1.0.0.zip", "README.md"] {
            assert!(!hub.is_in(other), "{other}");
        }
    }

    #[test]
    fn one_version_is_meant_or_helm_decides() {
        let exact = |wanted: &str, locked: Option<(&str, &str)>| {
            let wanted = dependency("hub", wanted);
            let locked = locked.map(|(version, meant)| {
                let listed = |digest| Listed { dependencies: vec![dependency("hub", version)], digest };
                let declared =
                    Declared { wanted: vec![dependency("hub", meant)], locked: Some(listed(String::new())) };
                listed(declared.digest().unwrap())
            });
            Declared { wanted: vec![wanted.clone()], locked }.exact(&wanted)
        };
        assert_eq!(exact("1.2.3", None).as_deref(), Some("1.2.3"));
        assert_eq!(exact("v1.2.3", None).as_deref(), Some("v1.2.3"));
        assert_eq!(exact("1.x", None), None);
        assert_eq!(exact("1.x", Some(("1.2.3", "1.x"))).as_deref(), Some("1.2.3"));
        assert_eq!(exact("2.x", Some(("1.2.3", "1.x"))), None, "the lock is out of date");
        assert_eq!(exact("1.2.4", Some(("1.2.3", "1.2.3"))), None, "the lock is out of date");
    }

    /// Recorded of `helm dependency update` of 3.19.5 and 4.3.1.
    #[test]
    fn the_digest_of_a_lock_file_is_helms() {
        let wanted = |text: &str| serde_yaml::from_str::<Listed>(text).unwrap();
        let declared = Declared { wanted: wanted(CHART).dependencies, locked: Some(wanted(LOCK)) };
        assert_eq!(declared.digest().as_deref(), Some(declared.locked.as_ref().unwrap().digest.as_str()));
    }

    const CHART: &str = r#"
dependencies:
- name: a
  version: ">=1.0.0 <2"
  repository: http://127.0.0.1:18123
  condition: a.enabled
  tags: [x, z]
- name: b
  alias: b2
  version: 1.2.3
  repository: http://127.0.0.1:18123
  import-values: [data, {child: p, parent: q}]
"#;
    const LOCK: &str = "
dependencies:
- {name: a, repository: http://127.0.0.1:18123, version: 1.2.3}
- {name: b, repository: http://127.0.0.1:18123, version: 1.2.3}
digest: sha256:362a0ace9671d28807c93aab885452ecf42e61399aec671622cf80e3636d78b2
";

    #[test]
    fn what_is_not_in_the_folder_is_missing() {
        let directory = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(directory.path()).unwrap();
        let text = "dependencies:\n- {name: hub, version: 1.0.0, repository: https://x}\n- {name: proxy, version: 1.0.0}\n";
        std::fs::write(root.join("Chart.yaml"), text).unwrap();
        std::fs::create_dir_all(root.join("charts/proxy")).unwrap();
        let declared = Declared::read(root);
        let missing: Vec<&str> = declared.missing(root).iter().map(|wanted| wanted.name.as_str()).collect();
        assert_eq!(missing, ["hub"]);
        assert!(declared.locked.is_none());
    }
}
