//! Which files of a repository can name versions: the manifests of its charts, and their values.

use camino::{Utf8Path, Utf8PathBuf};

/// The files in which charts name their dependencies, in Helm 3 and Helm 2.
const MANIFESTS: [&str; 2] = ["Chart.yaml", "requirements.yaml"];

/// Every `Chart.yaml` and `requirements.yaml` among `files`.
///
/// The `charts/` folder of a chart is left out: Helm unpacks dependencies there.
#[must_use]
pub fn manifests(files: &[Utf8PathBuf]) -> Vec<Utf8PathBuf> {
    let is_manifest = |file: &&Utf8PathBuf| file.file_name().is_some_and(|name| MANIFESTS.contains(&name));
    let all: Vec<&Utf8PathBuf> = files.iter().filter(is_manifest).collect();
    let is_chart = |folder: &Utf8Path| all.iter().any(|manifest| manifest.parent() == Some(folder));
    let unpacked = |file: &Utf8Path| {
        let mut folders = file.ancestors().skip(1);
        folders.any(|folder| folder.file_name() == Some("charts") && folder.parent().is_some_and(is_chart))
    };
    all.iter().filter(|file| !unpacked(file)).map(|file| (*file).clone()).collect()
}

/// The files in which a repository keeps the values of its charts: `values.yaml` beside each
/// manifest, and every YAML file of the folder `config` at the top.
#[must_use]
pub fn values_files(files: &[Utf8PathBuf]) -> Vec<Utf8PathBuf> {
    let manifests = manifests(files);
    let beside = |file: &Utf8Path| manifests.iter().any(|manifest| manifest.parent() == file.parent());
    let is_values = |file: &&Utf8PathBuf| {
        let of_chart = file.file_name() == Some("values.yaml") && beside(file);
        let is_yaml = matches!(file.extension(), Some("yaml" | "yml"));
        of_chart || (is_yaml && file.parent() == Some(Utf8Path::new("config")))
    };
    files.iter().filter(is_values).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<Utf8PathBuf> {
        names.iter().map(Utf8PathBuf::from).collect()
    }

    #[test]
    fn own_charts_count_and_unpacked_ones_do_not() {
        let files = paths(&[
            "Chart.yaml",
            "a/b/charts/vendored/Chart.yaml",
            "a/b/requirements.yaml",
            "a/values.yaml",
            "charts/own/ignored/Chart.yaml",
            "top/charts/mine/Chart.yaml",
        ]);
        assert_eq!(
            manifests(&files),
            paths(&["Chart.yaml", "a/b/requirements.yaml", "top/charts/mine/Chart.yaml"])
        );
    }

    #[test]
    fn values_lie_beside_charts_and_in_config() {
        let files = paths(&[
            "config/deep/x.yaml",
            "config/notes.md",
            "config/prod.yaml",
            "hub/Chart.yaml",
            "hub/values.yaml",
            "values.yaml",
        ]);
        assert_eq!(values_files(&files), paths(&["config/prod.yaml", "hub/values.yaml"]));
    }
}
