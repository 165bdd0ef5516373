//! The digest of an image that a tag means: beside the tag, behind it, or in its place.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod common;

use std::sync::Arc;

use common::{Place, Said};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

struct Scene {
    server: MockServer,
    place: Arc<Place>,
}

/// As registries do, the digest is that of the manifest's bytes.
fn manifest(of: &str) -> String {
    format!("{{\"schemaVersion\": 2, \"of\": \"{of}\"}}")
}

fn digest(of: &str) -> String {
    let mut child = std::process::Command::new("sha256sum")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), manifest(of).as_bytes()).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    format!("sha256:{}", said.split_whitespace().next().unwrap())
}

impl Scene {
    /// A registry that lists 1.0.0, 1.1.0 and a release candidate, and `values` with their targets.
    async fn new(values: &str, targets: &str) -> Self {
        let scene = Self { server: MockServer::start().await, place: Arc::new(Place::new()) };
        let image = format!("{}/x/tool", scene.server.address());
        scene.place.write("v.yaml", &values.replace("IMAGE", &image));
        let config = format!(
            "apiVersion: 1\nwatch:\n  tool:\n    source: {{image: \"{image}\"}}\n    scheme: semver\n    targets: [{targets}]\n"
        );
        scene.place.write("bump.yaml", &config);
        scene.serve(&[("1.0.0", "one"), ("1.1.0", "two"), ("1.2.0-rc.1", "three")]).await;
        scene
    }

    async fn serve(&self, tags: &[(&str, &str)]) {
        self.server.reset().await;
        let names: Vec<String> = tags.iter().map(|(tag, _)| format!("\"{tag}\"")).collect();
        let list = format!("{{\"tags\": [\"latest\", {}]}}", names.join(", "));
        let list = ResponseTemplate::new(200).set_body_string(list);
        Mock::given(path("/v2/x/tool/tags/list")).respond_with(list).mount(&self.server).await;
        for (tag, of) in tags {
            let answer = ResponseTemplate::new(200).set_body_string(manifest(of));
            Mock::given(path(format!("/v2/x/tool/manifests/{tag}")))
                .respond_with(answer)
                .mount(&self.server)
                .await;
        }
    }

    async fn bump(&self, args: &[&str]) -> Said {
        let place = Arc::clone(&self.place);
        let args: Vec<String> = args.iter().map(|word| (*word).to_owned()).collect();
        let run = move || place.bump(&args.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    /// The values, without the address of this run.
    fn values(&self) -> String {
        self.place.read("v.yaml").replace(&self.server.address().to_string(), "HOST")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_beside_the_tag_follows_it() {
    let values = format!("image: {{name: IMAGE, tag: 1.0.0, digest: \"{}\"}} # ours\n", digest("one"));
    let targets = "{file: v.yaml, path: image.digest, part: digest}, {file: v.yaml, path: image.tag}";
    let scene = Scene::new(&values, targets).await;
    let said = scene.bump(&["tool", "latest"]).await;
    assert_eq!((said.code, said.stdout.lines().last()), (0, Some("tool: 1.0.0...1.1.0")), "{said:?}");
    let wanted = format!("image: {{name: HOST/x/tool, tag: 1.1.0, digest: \"{}\"}} # ours\n", digest("two"));
    assert_eq!(scene.values(), wanted);
    let said = scene.bump(&["tool", "latest"]).await;
    assert!(said.code == 0 && said.stdout.is_empty(), "a second run is none: {said:?}");
    assert_eq!(scene.bump(&["check", "tool"]).await.code, 0);

    // The same tag with other bytes.
    scene.serve(&[("1.0.0", "one"), ("1.1.0", "another")]).await;
    let said = scene.bump(&["check", "tool"]).await;
    assert!(said.code == 7 && said.stdout.contains("published anew with other bytes"), "{said:?}");
    let said = scene.bump(&["tool", "latest"]).await;
    assert!(said.code == 8 && said.stderr.contains("error[bump.republished]"), "{said:?}");
    assert_eq!(scene.values(), wanted);
    let said = scene.bump(&["tool", "latest", "--allow", "digest"]).await;
    assert!(said.code == 0 && scene.values().contains(&digest("another")), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_behind_the_tag_is_written_even_where_there_was_none() {
    let scene = Scene::new("image: IMAGE:1.0.0\n", "{file: v.yaml, path: image, part: tag@digest}").await;
    let said = scene.bump(&["tool", "1.0.0"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(scene.values(), format!("image: HOST/x/tool:1.0.0@{}\n", digest("one")));
    let said = scene.bump(&["tool", "latest", "--output", "json"]).await;
    assert_eq!(said.json()["title"].as_str(), Some("tool: 1.0.0...1.1.0"), "{said:?}");
    assert_eq!(scene.values(), format!("image: HOST/x/tool:1.1.0@{}\n", digest("two")));
    // Back is a downgrade, as everywhere.
    assert_eq!(scene.bump(&["tool", "1.0.0"]).await.code, 8);
    // Without the registry nobody knows the digest.
    let said = scene.bump(&["tool", "1.3.0", "--offline"]).await;
    assert!(said.code == 7 && said.stderr.contains("the digest of 1.3.0"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_alone_is_told_by_the_tag_that_it_is_of() {
    let values = format!("image: IMAGE@{}\n", digest("one"));
    let scene = Scene::new(&values, "{file: v.yaml, path: image, part: digest}").await;
    let said = scene.bump(&["check", "tool"]).await;
    assert!(said.code == 6 && said.stdout.contains("-> 1.1.0"), "{said:?}");
    let said = scene.bump(&["tool", "latest"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(said.stdout, format!("tool: {}...1.1.0\n", digest("one")));
    assert_eq!(scene.values(), format!("image: HOST/x/tool@{}\n", digest("two")));
    let said = scene.bump(&["check", "tool"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    // A named tag, and a whole digest at its word.
    assert_eq!(scene.bump(&["tool", "1.2.0-rc.1"]).await.code, 0);
    assert_eq!(scene.values(), format!("image: HOST/x/tool@{}\n", digest("three")));
    assert_eq!(scene.bump(&["tool", &digest("one")]).await.code, 0);
    assert_eq!(scene.values(), format!("image: HOST/x/tool@{}\n", digest("one")));
}
