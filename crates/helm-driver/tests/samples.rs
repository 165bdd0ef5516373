//! The values of a real deployment pass the check.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use camino::{Utf8Path, Utf8PathBuf};
use helm_driver::Values;

fn yaml_files(directory: &Utf8Path) -> Vec<Utf8PathBuf> {
    let entries = directory.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path());
    let files = entries.flat_map(|path| if path.is_dir() { yaml_files(&path) } else { vec![path] });
    files
        .filter(|path| {
            path.extension() == Some("yaml") && !path.components().any(|part| part.as_str() == "templates")
        })
        .collect()
}

#[test]
fn every_values_file_of_a_real_deployment_is_taken() {
    let Some(samples) = test_support::samples_or_skip("every_values_file_of_a_real_deployment_is_taken")
    else {
        return;
    };
    let files = yaml_files(&samples.join("mybinder"));
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        if let Err(error) = Values::inline(&file, &bytes) {
            panic!("{error}");
        }
    }
}
