//! `bump check` against servers: what it asks, what it finds, and how it ends.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod common;

use std::sync::Arc;

use common::{Place, Said};
use wiremock::matchers::{any, header_exists, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Ten sources: eight Helm repositories, of which one has two charts, and two registries.
struct Ten {
    server: MockServer,
    place: Arc<Place>,
}

impl Ten {
    async fn new() -> Self {
        let server = MockServer::start().await;
        let place = Arc::new(Place::new());
        let (mut chart, mut config) = ("dependencies:\n".to_owned(), "apiVersion: 1\nwatch:\n".to_owned());
        for at in 0..9 {
            let repository = format!("{}/charts-{}", server.uri(), at.min(7));
            chart.push_str(&format!(
                "- {{name: chart-{at}, version: 1.{at}.0, repository: \"{repository}\"}}\n"
            ));
            config.push_str(&format!(
                "  chart-{at}:\n    source: {{helm: \"{repository}\", chart: chart-{at}}}\n    scheme: semver\n    \
                 targets: [{{file: hub/Chart.yaml, path: \"dependencies[name=chart-{at}].version\"}}]\n"
            ));
        }
        let host = server.address();
        chart.push_str(&format!("- {{name: oci, version: 1.0.0, repository: \"oci://{host}/helm\"}}\n"));
        config.push_str(&format!(
            "  oci:\n    source: {{helm: \"oci://{host}/helm\", chart: oci}}\n    scheme: semver\n    \
             targets: [{{file: hub/Chart.yaml, path: \"dependencies[name=oci].version\"}}]\n  \
             r2d:\n    source: {{image: \"{host}/x/r2d\"}}\n    scheme: calver\n    \
             targets: [{{file: hub/values.yaml, path: build_image, part: tag}}]\n"
        ));
        place.write("hub/Chart.yaml", &chart);
        place.write("hub/values.yaml", &format!("build_image: {host}/x/r2d:2026.4.1.dev44-g97bb4e45a\n"));
        place.write("bump.yaml", &config);
        let ten = Self { server, place };
        ten.serve("").await;
        ten
    }

    /// Indexes that list what is deployed, and of the first chart also `more`.
    async fn serve(&self, more: &str) {
        self.server.reset().await;
        Mock::given(header_exists("if-none-match"))
            .respond_with(ResponseTemplate::new(304))
            .mount(&self.server)
            .await;
        for at in 0..8 {
            let last = if at == 7 { "  chart-8: [{version: 1.8.0}]\n" } else { "" };
            let more = if at == 0 { more } else { "" };
            let index = format!("entries:\n  chart-{at}:\n  - version: 1.{at}.0\n{more}{last}");
            let answer = ResponseTemplate::new(200).insert_header("etag", "\"1\"").set_body_string(index);
            Mock::given(path(format!("/charts-{at}/index.yaml")))
                .respond_with(answer)
                .mount(&self.server)
                .await;
        }
        for (at, tag) in [("helm/oci", "1.0.0"), ("x/r2d", "2026.4.1.dev44-g97bb4e45a")] {
            let body = format!("{{\"tags\": [\"latest\", \"{tag}\"]}}");
            let answer = ResponseTemplate::new(200).set_body_string(body);
            Mock::given(path(format!("/v2/{at}/tags/list"))).respond_with(answer).mount(&self.server).await;
        }
    }

    async fn check(&self, args: &[&str]) -> Said {
        let place = Arc::clone(&self.place);
        let args: Vec<String> = ["check"].iter().chain(args).map(|word| (*word).to_owned()).collect();
        let run = move || place.bump(&args.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    async fn asked(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

#[tokio::test]
async fn ten_sources_are_asked_once_each_cold_and_warm() {
    let ten = Ten::new().await;
    let cold = ten.check(&[]).await;
    assert_eq!((cold.code, ten.asked().await), (0, 10), "{cold:?}");
    assert_eq!(cold.stdout.lines().count(), 11);
    assert!(cold.stdout.contains("r2d      2026.4.1.dev44-g97bb4e45a is the newest\n"), "{}", cold.stdout);
    assert!(
        cold.stderr.ends_with("11 names: 0 pending, 0 stale, 0 unknown; 0 pins unwatched\n"),
        "{}",
        cold.stderr
    );
    let warm = ten.check(&[]).await;
    assert_eq!((warm.code, ten.asked().await, &warm.stdout), (0, 20, &cold.stdout));
    let sent = ten.server.received_requests().await.unwrap();
    assert_eq!(sent[10..].iter().filter(|it| it.headers.contains_key("if-none-match")).count(), 8);
}

#[tokio::test]
async fn what_is_pending_ends_with_six_unless_it_may_wait() {
    let ten = Ten::new().await;
    ten.serve("  - version: 1.10.0\n  - version: 2.0.0-beta.1\n").await;
    let said = ten.check(&[]).await;
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.stdout.starts_with("chart-0  1.0.0 -> 1.10.0\n"), "{}", said.stdout);
    assert!(
        said.stderr.contains("1 pending") && said.stderr.contains("next: `bump NAME latest"),
        "{}",
        said.stderr
    );
    // How long it waits is not known: that is no reason to keep quiet.
    assert_eq!(ten.check(&["--max-days", "7"]).await.code, 6);
    assert_eq!(ten.check(&["chart-1"]).await.code, 0);
    let said = ten.check(&["chart-0", "--output", "json"]).await;
    let json = said.json();
    assert_eq!(
        (json["exit"].as_u64(), json["names"][0]["pending"]["new"].as_str()),
        (Some(6), Some("1.10.0"))
    );
    let said = ten.check(&["chrt-1"]).await;
    assert!(said.code == 2 && said.stderr.contains("did you mean `chart-1`?"), "{said:?}");
}

#[tokio::test]
async fn a_source_that_cannot_be_believed_ends_with_seven() {
    let ten = Ten::new().await;
    for (entries, signs) in [
        ("  - {version: 1.0.1, deprecated: true}\n", &["deprecated"][..]),
        ("  - {version: 1.0.x}\n  - version: 1.2_odd\n", &["unread"]),
        ("  - {version: 1.0.0, digest: aa}\n  - {version: 1.0.0, digest: bb}\n", &["republished"]),
    ] {
        // Another cache each time: the same ETag would be the same index.
        std::fs::remove_dir_all(ten.place.root().join("../cache")).ok();
        ten.serve(entries).await;
        let said = ten.check(&["chart-0", "--output", "json"]).await;
        assert_eq!(said.code, 7, "{said:?}");
        let found: Vec<String> = said.json()["names"][0]["signs"]
            .as_sequence()
            .unwrap()
            .iter()
            .map(|sign| sign["sign"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(found, signs, "{entries}");
        let said = ten.check(&["chart-0"]).await;
        assert!(said.stdout.contains("\n  stale: ") && said.stdout.contains("\n    -> "), "{}", said.stdout);
    }
    let index = ResponseTemplate::new(200).set_body_string("entries: {chrt-0: []}\n");
    std::fs::remove_dir_all(ten.place.root().join("../cache")).ok();
    ten.server.reset().await;
    Mock::given(any()).respond_with(index).mount(&ten.server).await;
    let said = ten.check(&["chart-0"]).await;
    assert!(
        said.code == 7
            && said.stdout.contains("stale: the source is gone: ")
            && said.stdout.contains("chrt-0"),
        "{said:?}"
    );
    for (status, sign) in [(404, "gone"), (410, "gone"), (503, "unasked")] {
        ten.server.reset().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(status)).mount(&ten.server).await;
        let said = ten.check(&["--output", "json"]).await;
        assert_eq!(said.code, 7);
        let json = said.json();
        let all = json["names"].as_sequence().unwrap();
        assert!(all.iter().all(|name| name["signs"][0]["sign"].as_str() == Some(sign)), "{}", said.stdout);
    }
    let said = ten.check(&["--offline"]).await;
    assert!(
        said.code == 7 && said.stdout.contains("unknown: ") && said.stdout.contains("--offline"),
        "{said:?}"
    );
}

#[tokio::test]
async fn what_nobody_watches_is_an_error_until_it_is_watched_or_ignored() {
    let ten = Ten::new().await;
    let place = &ten.place;
    let chart = place.read("hub/Chart.yaml");
    place.write(
        "hub/Chart.yaml",
        &format!("{chart}- {{name: harbor, version: 1.18.1, repository: https://helm.goharbor.io}}\n"),
    );
    place.write(
        "config/prod.yaml",
        "pruner: {image: docker:28.3.3-dind}\nown: {image: x/y:set-by-chartpress}\n",
    );
    let said = ten.check(&[]).await;
    assert_eq!(said.code, 2, "{said:?}");
    for wanted in [
        "error[config.unwatched]: nobody watches the dependency `harbor`, which is pinned here",
        "--> hub/Chart.yaml:12:27",
        "source: {helm: \"https://helm.goharbor.io\", chart: harbor}",
        "targets: [{file: hub/Chart.yaml, path: \"dependencies[name=harbor].version\"}]",
        "nobody watches the image `docker`",
        "targets: [{file: config/prod.yaml, path: \"pruner.image\", part: tag}]",
        "2 pins unwatched",
    ] {
        assert!(said.stderr.contains(wanted), "{wanted}: {}", said.stderr);
    }
    // The lines of the error can be pasted: one name watched by them, the other ignored.
    let entry =
        ten.check(&["--output", "json"]).await.json()["unwatched"][0]["entry"].as_str().unwrap().to_owned();
    let config = place.read("bump.yaml");
    place.write("bump.yaml", &format!("{config}{entry}ignore: [{{name: docker, reason: frozen}}]\n"));
    let said = ten.check(&["chart-1"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    let said = ten.check(&[]).await;
    assert!(said.stderr.contains("0 pins unwatched"), "{}", said.stderr);

    place.write("bump.yaml", &config.replace("build_image", "built_image"));
    let said = ten.check(&[]).await;
    assert!(said.code == 2 && said.stderr.contains("error[edit.no_match]"), "{said:?}");
}

/// Without `bump.yaml` a dependency speaks for itself, and an image does not.
#[tokio::test]
async fn without_a_configuration_dependencies_are_looked_at_all_the_same() {
    let ten = Ten::new().await;
    std::fs::remove_file(ten.place.root().join("bump.yaml")).unwrap();
    ten.place.write("hub/values.yaml", "x: 1\n");
    ten.serve("  - version: 1.10.0\n").await;
    let said = ten.check(&[]).await;
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.stderr.contains("10 names: 1 pending"), "{}", said.stderr);
    ten.place.write("hub/values.yaml", "image: docker:28.3.3-dind\n");
    assert_eq!(ten.check(&[]).await.code, 2);
}
