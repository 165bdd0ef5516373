//! What a release remembers of its chart.

use serde_json::Value;

/// The chart's metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    /// Its name.
    pub name: String,
    /// Its version, as the chart writes it: old charts do not keep to semver.
    pub version: String,
    /// The version of what it installs.
    pub app_version: Option<String>,
    /// The charts inside it, as `Chart.yaml` asks for them.
    pub dependencies: Vec<Dependency>,
}

/// One chart inside a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// The wanted version; where the chart has a lock file, the locked one.
    pub version: String,
    /// Where it comes from.
    pub repository: Option<String>,
}

impl Chart {
    /// Reads the field `chart` of a release.
    pub(crate) fn read(chart: Option<&Value>) -> Self {
        let metadata = chart.and_then(|chart| chart.get("metadata"));
        let text = |key: &str| metadata.and_then(|metadata| metadata.get(key)).and_then(Value::as_str);
        let locked = dependencies(chart.and_then(|chart| chart.get("lock")));
        let mut wanted = dependencies(metadata);
        for dependency in &mut wanted {
            if let Some(lock) = locked.iter().find(|lock| lock.name == dependency.name) {
                dependency.version.clone_from(&lock.version);
            }
        }
        Self {
            name: text("name").unwrap_or_default().to_owned(),
            version: text("version").unwrap_or_default().to_owned(),
            app_version: text("appVersion").map(str::to_owned),
            dependencies: wanted,
        }
    }
}

fn dependencies(holder: Option<&Value>) -> Vec<Dependency> {
    let list = holder.and_then(|holder| holder.get("dependencies")).and_then(Value::as_array);
    let text = |item: &Value, key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    list.into_iter()
        .flatten()
        .map(|item| Dependency {
            name: text(item, "name").unwrap_or_default(),
            version: text(item, "version").unwrap_or_default(),
            repository: text(item, "repository").filter(|repository| !repository.is_empty()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_locked_version_wins_over_a_wanted_range() {
        let chart = json!({
            "metadata": {"name": "mybinder", "version": "1", "dependencies": [{"name": "binderhub", "version": "1.x"}]},
            "lock": {"dependencies": [{"name": "binderhub", "version": "1.0.0-0.dev.git.3983.h383374de"}]},
        });
        assert_eq!(Chart::read(Some(&chart)).dependencies[0].version, "1.0.0-0.dev.git.3983.h383374de");
        assert_eq!(Chart::read(None), Chart::default());
    }
}
