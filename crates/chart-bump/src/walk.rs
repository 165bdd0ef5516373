//! The manifests of charts below a folder.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::BumpError;

/// The files in which charts name their dependencies, in Helm 3 and Helm 2.
const MANIFESTS: [&str; 2] = ["Chart.yaml", "requirements.yaml"];

/// Folders that hold other people's files.
const SKIPPED: [&str; 3] = [".git", "node_modules", "target"];

/// Every `Chart.yaml` and `requirements.yaml` below `root`, relative to it and sorted.
///
/// Symbolic links to folders are not followed, and the `charts/` folder of a chart is skipped:
/// Helm unpacks dependencies there.
///
/// # Errors
/// A folder cannot be read.
pub fn manifests(root: &Utf8Path) -> Result<Vec<Utf8PathBuf>, BumpError> {
    let mut found = Vec::new();
    let mut open = vec![Utf8PathBuf::new()];
    while let Some(folder) = open.pop() {
        let path = root.join(&folder);
        let path = if path.as_str().is_empty() { Utf8PathBuf::from(".") } else { path };
        let entries = read(&path).map_err(|source| BumpError::Read { path, source })?;
        let is_chart =
            entries.iter().any(|(name, is_folder)| !is_folder && MANIFESTS.contains(&name.as_str()));
        for (name, is_folder) in entries {
            let own = folder.join(&name);
            if is_folder {
                let skipped = SKIPPED.contains(&name.as_str()) || (is_chart && name == "charts");
                if !skipped {
                    open.push(own);
                }
            } else if MANIFESTS.contains(&name.as_str()) {
                found.push(own);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The files in which a repository keeps the values of its charts: `values.yaml` beside each of
/// `manifests`, and every YAML file of the folder `config` at the top. Relative to `root`, sorted.
///
/// # Errors
/// A folder cannot be read.
pub fn values_files(root: &Utf8Path, manifests: &[Utf8PathBuf]) -> Result<Vec<Utf8PathBuf>, BumpError> {
    let beside = manifests.iter().map(|manifest| manifest.with_file_name("values.yaml"));
    let mut found: Vec<Utf8PathBuf> = beside.filter(|file| root.join(file).is_file()).collect();
    let config = Utf8PathBuf::from("config");
    let path = root.join(&config);
    if path.is_dir() {
        let entries = read(&path).map_err(|source| BumpError::Read { path, source })?;
        let files = entries.into_iter().filter(|(name, is_folder)| {
            !is_folder && matches!(Utf8Path::new(name).extension(), Some("yaml" | "yml"))
        });
        found.extend(files.map(|(name, _)| config.join(name)));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Names of a folder, each with whether it is a folder; names that are not UTF-8 are no manifests.
fn read(folder: &Utf8Path) -> io::Result<Vec<(String, bool)>> {
    let mut entries = Vec::new();
    for entry in folder.read_dir_utf8()? {
        match entry {
            Ok(entry) => entries.push((entry.file_name().to_owned(), entry.file_type()?.is_dir())),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {}
            Err(error) => return Err(error),
        }
    }
    Ok(entries)
}
