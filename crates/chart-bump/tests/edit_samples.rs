//! Every value of real files is set and set back to the exact bytes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use camino::{Utf8Path, Utf8PathBuf};
use chart_bump::edit::{Edit, NewValue, YamlFile, YamlPath};
use problem::Diagnose as _;

fn yaml_files(folder: &Utf8Path, found: &mut Vec<Utf8PathBuf>) {
    for entry in folder.read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension() == Some("yaml") {
            found.push(path);
        }
    }
}

/// Something else of the same type.
fn another(old: &str) -> &'static str {
    let number = old.parse::<f64>().is_ok() || old.starts_with("0x");
    match old {
        "true" => "false",
        "false" => "true",
        "null" => "~",
        _ if number && old == "7" => "8",
        _ if number => "7",
        _ => "something-else",
    }
}

fn changed(text: &str, path: &YamlPath, value: &str) -> Result<String, String> {
    let file = YamlFile::new("sample.yaml", text.as_bytes().to_vec()).unwrap();
    match file.set(path, &NewValue::Alike(value.to_owned())) {
        Ok(Edit::Changed { text, .. }) => Ok(text),
        Ok(Edit::Unchanged(_)) => panic!("{path} is {value} already"),
        Err(error) => Err(error.code().to_string()),
    }
}

#[test]
fn every_value_of_the_samples_goes_there_and_back() {
    let Some(samples) = test_support::samples_or_skip("every_value_of_the_samples_goes_there_and_back")
    else {
        return;
    };
    let mut files = Vec::new();
    yaml_files(&samples.join("mybinder"), &mut files);
    yaml_files(&samples.join("mybinder-2018"), &mut files);
    assert!(files.len() >= 10, "the samples are not complete: {files:?}");
    let (mut there_and_back, mut refused) = (0, 0);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for (path, leaf) in YamlFile::new(&file, text.clone().into_bytes()).unwrap().leaves() {
            match changed(&text, &path, another(&leaf.value)) {
                Ok(there) => {
                    assert!(there != text, "{file} {path} does not change");
                    assert!(
                        changed(&there, &path, &leaf.value).unwrap() == text,
                        "{file} {path} does not come back"
                    );
                    there_and_back += 1;
                }
                Err(code) => {
                    assert!(
                        ["edit.block_scalar", "edit.empty_value"].contains(&code.as_str()),
                        "{file} {path}: {code}"
                    );
                    refused += 1;
                }
            }
        }
    }
    // As many as the samples hold; a walk that finds fewer has lost some.
    assert!(there_and_back > 500, "{there_and_back} values, {refused} refused");
}
