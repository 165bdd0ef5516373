//! Tags and releases of GitHub as sources: every scheme, what is asked, and how what stops is told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod common;

use std::sync::Arc;

use common::{Place, Said};
use stand_ins::github::{Fault, GitHub, serve};
use tokio::net::TcpListener;

const TOKEN: &str = "ghp_planted0secret";

struct Scene {
    double: GitHub,
    place: Arc<Place>,
    api: String,
}

/// Name, scheme, what is in use, the newest, and others that are listed.
const SCHEMES: [(&str, &str, &str, &str, &[&str]); 4] = [
    ("plain", "semver", "1.2.3", "1.10.0", &["1.9.0", "2.0.0-rc.1", "nightly"]),
    ("press", "chartpress", "0.2.0-n988.h72e1852", "0.2.0-n1011.hb49edf6", &["0.2.0-n999.h1234567"]),
    (
        "year",
        "calver",
        "2026.4.1.dev9-g1111111",
        "2026.4.1.dev44-g97bb4e45a",
        &["2025.12.0", "2022.02.0-90.g0345a86"],
    ),
    ("count", "versioneer", "0.10.0-100.g0dba611", "0.10.0-121.g1234567", &["0.9.0-999.gabcdef1"]),
];

impl Scene {
    async fn new() -> Self {
        let double = GitHub::new(TOKEN);
        let (mut config, mut values) = ("apiVersion: 1\nwatch:\n".to_owned(), String::new());
        for (name, scheme, old, new, others) in SCHEMES {
            let repo = format!("up/{name}");
            let first = double.add_repository(&repo, &[("a", "1")]);
            // GitHub's order of tags is none of versions.
            for tag in others.iter().chain([&new, &old]) {
                double.add_tag(&repo, tag, &first);
            }
            config.push_str(&format!(
                "  {name}:\n    source: {{github: {repo}}}\n    scheme: {scheme}\n    targets: [{{file: v.yaml, path: {name}}}]\n"
            ));
            values.push_str(&format!("{name}: \"{old}\" # in use\n"));
        }
        let first = double.add_repository("up/released", &[("a", "1")]);
        double.add_tag("up/released", "v9.9.9", &first);
        double.add_release("up/released", "v1.0.0", "first");
        double.add_release("up/released", "v1.1.0", "second");
        double.add_release("up/released", "chart-5.0.0", "another thing");
        double.add_prerelease("up/released", "v1.2.0");
        config.push_str(
            "  released:\n    source: {github: up/released, list: releases, prefix: v}\n    scheme: semver\n    \
             targets: [{file: v.yaml, path: image, part: tag}]\n",
        );
        values.push_str("image: quay.io/up/released:1.0.0\n");
        let place = Arc::new(Place::new());
        place.write("bump.yaml", &config);
        place.write("v.yaml", &values);
        place.commit("files");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener, double.clone()));
        Self { double, place, api }
    }

    async fn bump(&self, args: &[&str]) -> Said {
        let (place, api) = (Arc::clone(&self.place), self.api.clone());
        let args: Vec<String> = args.iter().map(|word| (*word).to_owned()).collect();
        let run = move || {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            place.bump_with(
                &args,
                &[("GITHUB_API_URL", &api), ("GITHUB_TOKEN", TOKEN), ("GITHUB_REPOSITORY", "")],
            )
        };
        let said = tokio::task::spawn_blocking(run).await.unwrap();
        assert!(!format!("{said:?}").contains(TOKEN), "the token is told");
        said
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scheme_has_its_newest_and_a_second_look_costs_no_answer() {
    let scene = Scene::new().await;
    let cold = scene.bump(&["check", "--output", "json"]).await;
    assert_eq!(cold.code, 6, "{cold:?}");
    let names = cold.json()["names"].clone();
    for (at, (name, _, old, new, _)) in SCHEMES.iter().enumerate() {
        let found = &names[at];
        assert_eq!(found["name"].as_str(), Some(*name));
        assert_eq!(
            (found["pins"][0]["version"].as_str(), found["pending"]["new"].as_str()),
            (Some(*old), Some(*new))
        );
    }
    // A release that is not for everybody, a tag without a release and another prefix are none.
    assert_eq!(names[4]["pending"]["new"].as_str(), Some("1.1.0"), "{names:?}");
    let page = "https://github.com/up/released/compare/v1.0.0...v1.1.0";
    assert_eq!(names[4]["pending"]["compare"].as_str(), Some(page));
    assert_eq!((scene.double.asked().len(), scene.double.unchanged()), (5, 0), "one request a source");

    let warm = scene.bump(&["check", "--output", "json"]).await;
    assert_eq!((warm.code, &warm.stdout), (6, &cold.stdout));
    assert_eq!((scene.double.asked().len(), scene.double.unchanged()), (10, 5));
    assert_eq!(scene.double.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bump_writes_the_version_without_the_prefix_of_its_tag() {
    let scene = Scene::new().await;
    for (name, target, new) in [
        ("released", "latest", "released:1.1.0\n"),
        ("press", "b49edf6", "\"0.2.0-n1011.hb49edf6\" # in use\n"),
    ] {
        let said = scene.bump(&[name, target]).await;
        assert_eq!(said.code, 0, "{said:?}");
        assert!(scene.place.read("v.yaml").contains(new), "{}", scene.place.read("v.yaml"));
    }
    // A release that is not for everybody can be asked for by its name.
    assert_eq!(scene.bump(&["released", "1.2.0"]).await.code, 0);
    let said = scene.bump(&["released", "9.9.9"]).await;
    assert!(said.code == 7 && said.stderr.contains("error[bump.not_published]"), "{said:?}");
    let said = scene.bump(&["plain", "latest", "--offline"]).await;
    assert!(said.code == 7 && said.stderr.contains("error[source.no_lookup]"), "{said:?}");
}

/// With a clone, a commit means the first tag that contains it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_is_the_first_tag_that_contains_it() {
    let scene = Scene::new().await;
    let upstream = common::Upstream::new(scene.place.clones().join("up/plain"));
    let mut commits = Vec::new();
    for (at, tag) in [None, Some("1.2.3"), None, Some("1.9.0"), Some("1.10.0")].into_iter().enumerate() {
        commits.push(upstream.commit(&format!("commit {at}"), "2026-11-20T00:00:00Z"));
        if let Some(tag) = tag {
            common::git(&upstream.folder, &["tag", tag]);
        }
    }
    let clones = scene.place.clones();
    let said = scene.bump(&["plain", &commits[2], "--upstream-clone", clones.to_str().unwrap()]).await;
    assert_eq!((said.code, said.stdout.lines().next()), (0, Some("plain: 1.2.3...1.9.0")), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repository_that_is_gone_or_silent_is_told() {
    let scene = Scene::new().await;
    let config = scene.place.read("bump.yaml").replace("github: up/plain", "github: up/deleted");
    scene.place.write("bump.yaml", &config);
    let said = scene.bump(&["check", "plain"]).await;
    assert!(said.code == 7 && said.stdout.contains("stale: "), "{said:?}");
    let said = scene.bump(&["plain", "latest"]).await;
    assert!(said.code == 7 && said.stderr.contains("error[source.status]"), "{said:?}");
    // No answer of GitHub's is no sign of a dead source.
    scene.double.break_by(|_| Some(Fault::Proxy));
    let said = scene.bump(&["check", "year"]).await;
    assert!(said.code == 7 && said.stdout.contains("unknown: "), "{said:?}");
}
