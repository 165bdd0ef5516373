//! Files are replaced wholly or not at all.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use camino::{Utf8Path, Utf8PathBuf};
use chart_bump::{FileChange, unified_diff, write_files};
use problem::Diagnose as _;

fn change(file: &str, before: &str, after: &str) -> FileChange {
    FileChange { file: file.into(), before: Some(before.into()), after: after.into() }
}

fn names(root: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut names: Vec<_> =
        root.read_dir_utf8().unwrap().map(|entry| entry.unwrap().file_name().into()).collect();
    names.sort();
    names
}

#[test]
fn mode_and_link_stay_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    fs::write(root.join("a.yaml"), "a: x\n").unwrap();
    fs::set_permissions(root.join("a.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("a.yaml", root.join("link.yaml")).unwrap();
    write_files(root, &[change("link.yaml", "a: x\n", "a: w\n")]).unwrap();
    assert_eq!(fs::read_to_string(root.join("a.yaml")).unwrap(), "a: w\n");
    assert_eq!(fs::metadata(root.join("a.yaml")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(root.join("link.yaml").is_symlink());
    assert_eq!(names(root), ["a.yaml", "link.yaml"]);
}

#[test]
fn one_file_that_cannot_be_written_keeps_all_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    fs::write(root.join("a.yaml"), "a: x\n").unwrap();
    fs::write(root.join("b.yaml"), "b: someone was here\n").unwrap();
    let changes = [change("a.yaml", "a: x\n", "a: w\n"), change("b.yaml", "b: x\n", "b: w\n")];
    assert_eq!(write_files(root, &changes).unwrap_err().code().as_str(), "file.changed_meanwhile");
    let changes = [change("a.yaml", "a: x\n", "a: w\n"), change("gone.yaml", "b: x\n", "b: w\n")];
    assert_eq!(write_files(root, &changes).unwrap_err().code().as_str(), "file.read");
    assert_eq!(fs::read_to_string(root.join("a.yaml")).unwrap(), "a: x\n");
    assert_eq!(names(root), ["a.yaml", "b.yaml"]);
}

#[test]
fn a_draft_of_a_killed_run_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    fs::write(root.join("a.yaml"), "a: x\n").unwrap();
    fs::write(root.join(".a.yaml.bump-0"), "half").unwrap();
    write_files(root, &[change("a.yaml", "a: x\n", "a: w\n")]).unwrap();
    assert_eq!(fs::read_to_string(root.join("a.yaml")).unwrap(), "a: w\n");
}

#[test]
fn a_diff_is_unified() {
    insta::assert_snapshot!(unified_diff("c/Chart.yaml".into(), "a: x\nb: y", "a: w\nb: y"), @r"
    --- a/c/Chart.yaml
    +++ b/c/Chart.yaml
    @@ -1,2 +1,2 @@
    -a: x
    +a: w
     b: y
    \ No newline at end of file
    ");
    assert_eq!(unified_diff("a".into(), "x", "x"), "");
}

#[test]
fn a_new_file_is_made_and_takes_nobodys_place() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let new = FileChange { file: "Chart.lock.sha256".into(), before: None, after: "x\n".into() };
    write_files(root, std::slice::from_ref(&new)).unwrap();
    assert_eq!(fs::read_to_string(root.join("Chart.lock.sha256")).unwrap(), "x\n");
    assert_eq!(write_files(root, &[new]).unwrap_err().code().as_str(), "file.changed_meanwhile");
}
