//! `bump set` and `bump get`: the lossless edit alone.

use camino::{Utf8Path, Utf8PathBuf};
use chart_bump::edit::{Edit, NewValue, YamlFile, YamlPath};
use chart_bump::{FileChange, unified_diff, write_files};

use super::{EditRequest, Failure, Outcome, read};

pub(super) fn run(request: EditRequest) -> Result<Outcome, Failure> {
    match request {
        EditRequest::Set { file, path, value, dry_run } => set(file, path.parse()?, value, dry_run),
        EditRequest::Get { file, path } => {
            let path = path.parse()?;
            let leaf = YamlFile::new(file.clone(), read(&file)?)?.get(&path)?;
            Ok(Outcome::Got { place: leaf.place, path, value: leaf.value })
        }
    }
}

fn set(file: Utf8PathBuf, path: YamlPath, value: String, dry_run: bool) -> Result<Outcome, Failure> {
    let yaml = YamlFile::new(file.clone(), read(&file)?)?;
    match yaml.set(&path, &NewValue::Alike(value))? {
        Edit::Unchanged(leaf) => Ok(Outcome::Set {
            place: leaf.place,
            path,
            changed: false,
            dry_run,
            followers: Vec::new(),
            diff: String::new(),
        }),
        Edit::Changed { old, text, followers } => {
            let diff = unified_diff(&file, yaml.text(), &text);
            if !dry_run {
                let change = FileChange { file, before: Some(yaml.text().to_owned()), after: text };
                write_files(Utf8Path::new(""), &[change])?;
            }
            Ok(Outcome::Set { place: old.place, path, changed: true, dry_run, followers, diff })
        }
    }
}
