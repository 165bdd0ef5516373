//! Where a dependency is pinned.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use camino::{Utf8Path, Utf8PathBuf};
use chart_bump::config::Source;
use chart_bump::source::{Index, helm_source};
use chart_bump::{BumpError, Files, Found, Origin, Plan, Rules, find_dependency, repository_root};
use problem::Diagnose as _;

fn find(name: &str, files: &[(&str, &str)]) -> Result<Found, BumpError> {
    find_dependency(
        name,
        files.iter().map(|(file, text)| (Utf8PathBuf::from(file), text.as_bytes().to_vec())),
    )
}

const CHART: &str = "dependencies:\n- {name: grafana, version: 1.0.0, repository: https://a/}\n- name: binderhub\n  version: 1.2.3\n  repository: https://a\n";

#[test]
fn a_pin_has_its_place_path_and_source() {
    let found = find("binderhub", &[("x/Chart.yaml", "name: x\n"), ("y/requirements.yaml", CHART)]).unwrap();
    assert_eq!(found.manifests.len(), 1);
    let pin = &found.pins[0];
    assert_eq!(pin.place.to_string(), "y/requirements.yaml:4:12");
    assert_eq!(pin.path.to_string(), "dependencies[name=binderhub].version");
    assert_eq!((pin.version.as_str(), pin.repository.as_deref()), ("1.2.3", Some("https://a")));
}

#[test]
fn the_same_chart_twice_is_pinned_twice() {
    let twice =
        "dependencies:\n- {name: db, alias: a, version: 1.0.0}\n- {name: db, alias: b, version: 1.1.0}\n";
    let found = find("db", &[("Chart.yaml", twice)]).unwrap();
    let paths: Vec<String> = found.pins.iter().map(|pin| pin.path.to_string()).collect();
    assert_eq!(paths, ["dependencies[0].version", "dependencies[1].version"]);
}

/// A hash that a reader takes for a number stays the same version, and gets its quotes.
#[test]
fn the_same_version_may_still_need_its_quotes() {
    let chart = "dependencies:\n- {name: binderhub, version: 53894e5}\n";
    let index = b"entries: {binderhub: [{version: 53894e5}]}\n";
    let index = Index::parse(Origin::File("index.yaml".into()), "binderhub", index).unwrap();
    let found = find("binderhub", &[("Chart.yaml", chart)]).unwrap();
    let plan =
        Plan::new("binderhub", found, &"53894e5".parse().unwrap(), &index.into(), &Rules::default()).unwrap();
    assert!(plan.moves[0].changed && plan.moves[0].old == plan.moves[0].new);
    assert_eq!(plan.files[0].after, chart.replace("53894e5", "\"53894e5\""));
}

#[test]
fn what_stands_in_the_way_is_told() {
    let code = |name, files: &[(&str, &str)]| find(name, files).unwrap_err().code().to_string();
    assert_eq!(code("binderhub", &[]), "bump.unknown_name");
    assert_eq!(
        find("binderhu", &[("Chart.yaml", CHART)]).unwrap_err().help().unwrap(),
        "did you mean `binderhub`?"
    );
    assert_eq!(
        find("zzz", &[("Chart.yaml", CHART)]).unwrap_err().help().unwrap(),
        "these were read: Chart.yaml"
    );
    assert_eq!(code("x", &[("Chart.yaml", "dependencies:\n- name: x\n")]), "bump.no_version");
    assert_eq!(code("binderhub", &[("Chart.yaml", "dependencies:\n\t- name: binderhub\n")]), "edit.tab");
    let other = CHART.replace("https://a\n", "https://b\n");
    assert_eq!(
        code("binderhub", &[("a/Chart.yaml", CHART), ("b/Chart.yaml", &other)]),
        "bump.several_sources"
    );
    assert_eq!(find("grafana", &[("a/Chart.yaml", CHART), ("b/Chart.yaml", &other)]).unwrap().pins.len(), 2);
}

#[test]
fn a_broken_manifest_that_does_not_name_it_is_noticed() {
    let found = find("binderhub", &[("a/Chart.yaml", "name: {{ x }\n"), ("b/Chart.yaml", CHART)]).unwrap();
    assert_eq!(found.unread.len(), 1);
    assert_eq!(found.unread[0].file, "a/Chart.yaml");
}

#[tokio::test]
async fn the_walk_finds_own_files_and_leaves_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    for file in
        [".git/Chart.yaml", "Chart.yaml", "a/b/values.yaml", "node_modules/x/Chart.yaml", "target/Chart.yaml"]
    {
        let path = root.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "name: x\n").unwrap();
    }
    std::os::unix::fs::symlink(root, root.join("a/loop")).unwrap();
    let files = Files::Folder(root.to_owned());
    assert_eq!(files.list().await.unwrap(), ["Chart.yaml", "a/b/values.yaml", "a/loop"]);
    assert_eq!(files.find("a/b/values.yaml".into()).await.unwrap().unwrap(), b"name: x\n");
    assert_eq!(files.find("gone.yaml".into()).await.unwrap(), None);
    assert_eq!(repository_root(&root.join("a/b")), root);
    let gone = Files::Folder(root.join("gone"));
    assert_eq!(gone.list().await.unwrap_err().code().as_str(), "file.read");
}

#[test]
fn repositories_and_registries_can_be_asked() {
    for repository in ["https://a.org/b", "oci://ghcr.io/traefik/helm"] {
        let source = Source::Helm { repository: repository.parse().unwrap(), chart: "x".to_owned() };
        assert_eq!(helm_source("x", Some(repository)).unwrap(), source);
    }
    for (repository, why) in [
        (Some("file://../x"), "the chart lies in a folder, which has no index"),
        (
            Some("@stable"),
            "it is an alias, and only `helm repo` on the machine that made it knows its address",
        ),
        (Some("../x"), "it is no http, https or oci address"),
        (None, "the dependency names no repository"),
    ] {
        let error = helm_source("x", repository).unwrap_err().to_string();
        assert!(error.ends_with(why), "{error}");
    }
}
