//! BinderHub, JupyterHub and user servers over a real socket, while the pods of their member change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::{Pods, ask, get, open, pod, recorded, start};
use tokio::io::AsyncReadExt as _;

async fn stage() -> (Pods, SocketAddr) {
    let pods = Pods::default();
    let mut config = stand_ins::Config::new(|| jiff::Timestamp::UNIX_EPOCH);
    config.speed = 1000.0;
    config.stopping = Duration::from_millis(300);
    let address = start(config, pods.client()).await;
    (pods, address)
}

/// The event that ends a launch.
async fn launch(address: SocketAddr, query: &str) -> Value {
    let accept = ["Accept: text/event-stream".to_owned()];
    let path = format!("/staging/binder/build/gh/binder-examples/requirements/HEAD{query}");
    let mut socket = open(address, "GET", &path, &accept, "").await;
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut last =
            text.lines().filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok());
        if let Some(event) =
            last.next_back().filter(|event| event["phase"] == "ready" || event["phase"] == "failed")
        {
            return event;
        }
        assert!(socket.read_buf(&mut bytes).await.unwrap() > 0, "{text}");
    }
}

#[tokio::test]
async fn binderhub_follows_its_pods() {
    let (pods, address) = stage().await;
    for path in ["/staging/binder/", "/staging/binder/versions", "/nowhere/binder/health"] {
        let answer = get(address, path).await;
        let raw = format!("{}\r\n\r\n{}", answer.head, answer.body).into_bytes();
        assert_eq!(raw, recorded("http-502-binderhub-down").0, "{path}");
    }

    let mut binder = pod("binder", "quay.io/jupyterhub/k8s-binderhub:1.0.0-0.dev.git.7.habc");
    binder["spec"]["containers"][0]["env"] = json!([{"name": "BUILD_IMAGE", "value": "quay.io/r2d:2026"}]);
    pods.set(vec![binder.clone()]);
    let versions = get(address, "/staging/binder/versions").await;
    let wanted =
        r#"{"builder_info": {"build_image": "quay.io/r2d:2026"}, "binderhub": "1.0.0-0.dev.git.7.habc"}"#;
    assert_eq!((versions.status, versions.body.as_str()), (200, wanted));
    assert_eq!(get(address, "/staging/binder/health").await.status, 503);

    pods.set(vec![binder, pod("hub", "k8s-hub:4")]);
    let health = get(address, "/staging/binder/health").await;
    assert_eq!((health.status, &health.json()["ok"]), (200, &json!(true)));
    assert_eq!(get(address, "/nowhere/binder/versions").await.status, 502);
}

#[tokio::test]
async fn replicas_take_turns() {
    let (pods, address) = stage().await;
    let (old, mut new) = (pod("binder", "b:old"), pod("binder", "b:new"));
    new["metadata"]["name"] = "binder-1".into();
    pods.set(vec![old, new]);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(get(address, "/staging/binder/versions").await.json()["binderhub"].clone());
    }
    assert_eq!(seen, ["old", "new", "old", "new"]);
}

#[tokio::test]
async fn launches_fail_while_the_hub_is_down() {
    let (pods, address) = stage().await;
    pods.set(vec![pod("binder", "b:1")]);
    let event = launch(address, "").await;
    assert_eq!((&event["phase"], &event["status_code"]), (&json!("failed"), &json!(500)));
    let health = get(address, "/staging/hub/hub/api/health").await;
    assert_eq!(health.status, 503);
    pods.set(vec![pod("binder", "b:1"), pod("hub", "h:1")]);
    assert_eq!(launch(address, "").await["phase"], "ready");
    assert_eq!(get(address, "/staging/hub/hub/api/health").await.status, 200);
    assert_eq!(get(address, "/staging/hub/hub/api/").await.body, r#"{"version": "6.1.1"}"#);
}

#[tokio::test]
async fn a_server_lives_from_its_launch_to_its_shutdown() {
    let (pods, address) = stage().await;
    pods.set(vec![pod("binder", "b:1"), pod("hub", "h:1")]);
    let event = launch(address, "").await;
    let path = event["url"].as_str().unwrap().strip_prefix(&format!("http://{address}")).unwrap().to_owned();
    let token = [format!("Authorization: token {}", event["token"].as_str().unwrap())];
    let wrong = ["Authorization: token wrong".to_owned()];
    let status = format!("{path}api/status");

    assert_eq!(get(address, &format!("{path}api")).await.body, r#"{"version": "2.21.1"}"#);
    assert_eq!(get(address, &status).await.status, 403);
    assert_eq!(ask(address, "GET", &status, &wrong, "").await.status, 403);
    assert_eq!(ask(address, "GET", &status, &token, "").await.status, 200);
    assert_eq!(get(address, "/ovh/hub/user/nobody/api/status").await.status, 424);

    // The proxy keeps its servers while the hub is away.
    pods.set(vec![pod("binder", "b:1")]);
    assert_eq!(ask(address, "GET", &status, &token, "").await.status, 200);

    let shutdown = format!("{path}api/shutdown");
    assert_eq!(ask(address, "POST", &shutdown, &[], "").await.status, 403);
    assert_eq!(ask(address, "POST", &shutdown, &token, "").await.status, 200);
    assert_eq!(ask(address, "GET", &status, &token, "").await.status, 503);
    loop {
        match ask(address, "GET", &status, &token, "").await.status {
            503 => tokio::time::sleep(Duration::from_millis(20)).await,
            other => break assert_eq!(other, 424),
        }
    }
}

#[tokio::test]
async fn a_page_gives_the_token_that_a_launch_may_carry() {
    let (pods, address) = stage().await;
    pods.set(vec![pod("binder", "b:1"), pod("hub", "h:1")]);
    let page = get(address, "/staging/binder/v2/gh/binder-examples/requirements/HEAD").await.body;
    let token = page.split("\"buildToken\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(launch(address, &format!("?build_token={token}")).await["phase"], "ready");
    assert_eq!(launch(address, "?build_token=abc").await["status_code"], 403);
}

#[tokio::test]
async fn an_api_server_that_fails_is_told_apart_from_a_member_without_pods() {
    let service = tower::service_fn(|_: http::Request<kube::client::Body>| async {
        let body = kube::client::Body::from(br#"{"kind":"Status","code":403,"message":"no"}"#.to_vec());
        Ok::<_, std::convert::Infallible>(http::Response::builder().status(403).body(body).unwrap())
    });
    let config = stand_ins::Config::new(|| jiff::Timestamp::UNIX_EPOCH);
    let address = start(config, kube::Client::new(service, "default")).await;
    let answer = get(address, "/staging/binder/").await;
    assert!(answer.status == 503 && answer.body.starts_with("stand-in: the pods of staging"), "{answer:?}");
}

/// A log that the test can read while it is written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_every_request_and_no_token() {
    let log = Lines::default();
    let pods = Pods::default();
    pods.set(vec![pod("binder", "b:1"), pod("hub", "h:1")]);
    let mut config = stand_ins::Config::new(|| jiff::Timestamp::UNIX_EPOCH);
    let editor = config.grafana.tokens[0].key.clone();
    config.speed = 1000.0;
    config.log = Some(Box::new(log.clone()));
    let address = start(config, pods.client()).await;

    let event = launch(address, "").await;
    let (url, token) = (event["url"].as_str().unwrap(), event["token"].as_str().unwrap());
    let path = url.strip_prefix(&format!("http://{address}")).unwrap();
    get(address, &format!("{path}api/status?token={token}")).await;
    let bearer = [format!("Authorization: Bearer {editor}"), "User-Agent: me/1".to_owned()];
    ask(address, "POST", "/grafana/api/annotations", &bearer, r#"{"text":"x"}"#).await;

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let statuses: Vec<_> =
        lines.iter().map(|line| (line["method"].clone(), line["status"].clone())).collect();
    assert_eq!(
        statuses,
        [(json!("GET"), json!(200)), (json!("GET"), json!(200)), (json!("POST"), json!(200))]
    );
    assert_eq!((&lines[2]["user_agent"], &lines[2]["bytes"]), (&json!("me/1"), &json!(12)));
    assert!(!text.contains(token) && !text.contains(&editor), "{text}");
}
