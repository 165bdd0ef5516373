//! The binary against a repository that it has to ask.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::process::Command;

use wiremock::matchers::{header_regex, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn bump(answer: ResponseTemplate) -> (i32, String, String, String) {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/helm-chart/index.yaml"))
        .and(header_regex("user-agent", "^bump/"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Chart.yaml");
    let repository = format!("{}/helm-chart", server.uri());
    std::fs::write(
        &file,
        format!("dependencies:\n- name: hub\n  version: 1.2.3\n  repository: {repository}\n"),
    )
    .unwrap();
    let folder_path = folder.path().to_owned();
    let run = move || {
        Command::new(env!("CARGO_BIN_EXE_bump"))
            .args(["hub", "latest"])
            .current_dir(folder_path)
            .env("NO_PROXY", "*")
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let after = std::fs::read_to_string(&file).unwrap().replace(&repository, "HERE");
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr), after)
}

#[tokio::test]
async fn the_repository_of_the_dependency_is_asked() {
    let index = "entries: {hub: [{version: 1.10.0}, {version: 1.9.0}, {version: 2.0.0-beta.1}]}\n";
    let (code, stdout, stderr, after) = bump(ResponseTemplate::new(200).set_body_string(index)).await;
    assert_eq!((code, stdout.as_str()), (0, "hub: 1.2.3...1.10.0\n"), "{stderr}");
    assert_eq!(after, "dependencies:\n- name: hub\n  version: 1.10.0\n  repository: HERE\n");
}

#[tokio::test]
async fn a_repository_that_is_gone_is_inconclusive() {
    for answer in
        [ResponseTemplate::new(404), ResponseTemplate::new(200).set_body_string("<html>: <p>: gone")]
    {
        let (code, stdout, stderr, after) = bump(answer).await;
        assert_eq!((code, stdout.as_str()), (7, ""), "{stderr}");
        assert!(after.contains("version: 1.2.3"));
    }
}
