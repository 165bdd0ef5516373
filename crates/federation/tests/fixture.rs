//! The federation of `fixtures/` is what its README says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::io::Read as _;

use camino::{Utf8Path, Utf8PathBuf};
use federation::{Chart, Federation, ValuesFile};

fn folder() -> Utf8PathBuf {
    test_support::fixtures().join("federation")
}

fn fixture() -> Federation {
    let file = folder().join("federation.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let parsed = Federation::parse(&file, &text);
    parsed.unwrap_or_else(|errors| panic!("{:#?}", errors.into_iter().collect::<Vec<_>>()))
}

fn names_in(folder_of_files: &Utf8Path) -> std::io::Result<Vec<String>> {
    let entries = folder().join(folder_of_files).read_dir_utf8()?.map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    Ok(files.map(|entry| entry.file_name().to_owned()).collect())
}

fn values(federation: &Federation, member: &str) -> Vec<ValuesFile> {
    let helm = federation.member(member).unwrap().judged().unwrap();
    helm.values.iter().flat_map(|values| values.expand(names_in).unwrap()).collect()
}

#[test]
fn everything_in_it_is_acted_on() {
    assert_eq!(fixture().not_yet(), []);
}

#[test]
fn its_members_are_three_namespaces_in_three_waves() {
    let federation = fixture();
    let waves = federation.select(&["all"]).unwrap();
    let members: Vec<(&str, &str)> = waves
        .iter()
        .flat_map(|(wave, members)| members.iter().map(|m| (wave.name.as_str(), m.namespace.as_str())))
        .collect();
    assert_eq!(members, [("staging", "staging"), ("canary", "ovh"), ("production", "prod")]);
    let prod = federation.member("prod").unwrap();
    assert_eq!(prod.urls.binder.as_ref().unwrap().as_str(), "http://127.0.0.1:31080/prod/binder/");
    assert_eq!(prod.judged().unwrap().chart, Chart::Path("mybinder".into()));
    assert_eq!(prod.kubeconfig, None);
}

#[test]
fn values_files_are_there_and_in_order() {
    let federation = fixture();
    let files = values(&federation, "staging");
    let shown: Vec<String> = files
        .iter()
        .map(|file| format!("{}{}", file.path, if file.sealed { " sealed" } else { "" }))
        .collect();
    assert_eq!(
        shown,
        [
            "config/common/binderhub.yaml",
            "config/common/jupyterhub.yaml",
            "secrets/config/common/common.yaml sealed",
            "secrets/config/common/registry.yaml sealed",
            "config/staging.yaml",
            "secrets/config/staging.yaml sealed",
        ]
    );
}

#[test]
fn what_is_sealed_is_ciphertext_and_nothing_else_is() {
    let federation = fixture();
    let token = federation.grafana().unwrap().token.as_ref().unwrap();
    let mut files: BTreeMap<Utf8PathBuf, bool> = BTreeMap::from([(token.file.clone(), token.sealed)]);
    for member in federation.members() {
        files.extend(
            values(&federation, member.name.as_str()).into_iter().map(|file| (file.path, file.sealed)),
        );
    }
    for (path, sealed) in files {
        let bytes = std::fs::read(folder().join(&path)).unwrap();
        assert_eq!(bytes.starts_with(b"\0GITCRYPT\0"), sealed, "{path}");
    }
    let key = std::fs::read(folder().join("test-git-crypt-key")).unwrap();
    assert!(key.starts_with(b"\0GITCRYPTKEY") && key.len() == 148);
}

#[test]
fn the_documented_edits_are_one_line_each() {
    let staging = std::fs::read_to_string(folder().join("config/staging.yaml")).unwrap();
    for ending in ["-crash-loop\"}", ".h0000000\"}"] {
        let line = staging.lines().find(|line| line.ends_with(ending)).unwrap();
        assert!(line.starts_with("  # image: {tag: \""), "{line}");
    }
}

#[test]
fn the_vendored_archive_is_its_source() {
    let version = "1.0.0-0.dev.git.3983.h383374de";
    let chart = std::fs::read_to_string(folder().join("mybinder/Chart.yaml")).unwrap();
    assert!(chart.contains(&format!("version: \"{version}\"")));
    let packed = std::fs::read(folder().join(format!("mybinder/charts/binderhub-{version}.tgz"))).unwrap();
    let mut archive = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut archive).unwrap();
    let mut source = BTreeMap::new();
    files_below(&folder().join("src"), "binderhub".into(), &mut source);
    assert_eq!(files_of_tar(&archive), source, "run fixtures/federation/src/pack.sh");
}

fn files_below(root: &Utf8Path, below: &Utf8Path, found: &mut BTreeMap<String, String>) {
    for entry in root.join(below).read_dir_utf8().unwrap().map(|entry| entry.unwrap()) {
        let path = below.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            files_below(root, &path, found);
        } else {
            found.insert(path.to_string(), std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// The plain files of a ustar archive whose names need no prefix.
fn files_of_tar(archive: &[u8]) -> BTreeMap<String, String> {
    let text =
        |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().trim_end_matches(['\0', ' ']).to_owned();
    let mut found = BTreeMap::new();
    let mut at = 0;
    while archive.get(at).is_some_and(|byte| *byte != 0) {
        let header = &archive[at..at + 512];
        let size = usize::from_str_radix(&text(&header[124..136]), 8).unwrap();
        if header[156] == b'0' {
            found.insert(text(&header[..100]), text(&archive[at + 512..at + 512 + size]));
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    found
}
