//! A release whose chart lies in a registry, from the federation file to the cluster.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;

use std::process::Command;

use common::{Trial, run};
use deploy_ledger::digest;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const VERSION: &str = "1.2.3";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

async fn answer(server: &MockServer, at: &str, kind: &str, bytes: &[u8]) {
    for verb in ["GET", "HEAD"] {
        let answer = ResponseTemplate::new(200)
            .insert_header("docker-content-digest", digest(bytes).as_str())
            .set_body_raw(bytes.to_vec(), kind);
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(server).await;
    }
}

/// A registry with one chart, as `helm push` leaves it.
async fn registry(chart: &[u8]) -> MockServer {
    let server = MockServer::start().await;
    let config = json!({"name": "mybinder", "version": VERSION, "apiVersion": "v2"}).to_string();
    let layer =
        |kind: &str, bytes: &[u8]| json!({"mediaType": kind, "digest": digest(bytes), "size": bytes.len()});
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": layer("application/vnd.cncf.helm.config.v1+json", config.as_bytes()),
        "layers": [layer("application/vnd.cncf.helm.chart.content.v1.tar+gzip", chart)],
    })
    .to_string();
    let root = "/v2/charts/mybinder";
    for bytes in [config.as_bytes(), chart] {
        answer(&server, &format!("{root}/blobs/{}", digest(bytes)), "application/octet-stream", bytes).await;
    }
    for tag in [VERSION, &digest(manifest.as_bytes())] {
        answer(&server, &format!("{root}/manifests/{tag}"), MANIFEST, manifest.as_bytes()).await;
    }
    let tags = json!({"name": "charts/mybinder", "tags": [VERSION]}).to_string();
    answer(&server, &format!("{root}/tags/list"), "application/json", tags.as_bytes()).await;
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chart_of_a_registry_is_deployed_as_it_was_pinned_and_asked_for_once() {
    let Some(trial) = Trial::new("deploy: chart of a registry") else { return };
    let helm = trial.sandbox.helm.v3.clone().expect("the sandbox has Helm 3");
    let folder = trial.repository();
    let packed = folder.join("packed");
    run(Command::new(&helm)
        .args(["package", "mybinder", "--version", VERSION, "-d", packed.as_str()])
        .current_dir(&folder));
    let chart = std::fs::read(packed.join(format!("mybinder-{VERSION}.tgz"))).unwrap();
    let server = registry(&chart).await;
    let at = format!("oci://{}/charts/mybinder@{}", server.address(), digest(&chart));
    trial.edit(
        "federation.yaml",
        "        chart: mybinder\n",
        &format!("        chart: \"{at}\"\n        version: {VERSION}\n"),
    );
    let said = tokio::task::block_in_place(|| trial.deploy(&["staging"]));
    assert_eq!(said.code, Some(0), "{said}");
    assert!(said.stdout.contains(&format!("mybinder {VERSION}")), "{said}");
    // What is in the cache by its digest is not asked for again.
    let asked = server.received_requests().await.unwrap().len();
    let again = tokio::task::block_in_place(|| trial.deploy(&["staging"]));
    assert!(again.code == Some(0) && again.stdout.contains("nothing to change"), "{again}");
    assert_eq!(server.received_requests().await.unwrap().len(), asked);
    // Other bytes than were pinned are refused before anything is written.
    let other = format!("{}{}", &at[..at.len() - 4], if at.ends_with("0000") { "1111" } else { "0000" });
    trial.edit("federation.yaml", &at, &other);
    let refused = tokio::task::block_in_place(|| trial.deploy(&["staging"]));
    assert!(refused.code == Some(1) && refused.stdout.contains("digest"), "{refused}");
    assert_eq!(trial.statuses("staging"), ["deployed"]);
}
