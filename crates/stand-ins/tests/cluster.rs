//! The stand-ins over the pods of a real control plane, while Deployments come, change and go.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod support;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Namespace;
use kube::api::{Api, DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use support::{Answer, get, open, start};
use tokio::io::AsyncReadExt as _;

async fn client(kubeconfig: &str) -> kube::Client {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
    let config =
        kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    kube::Client::try_from(config).unwrap()
}

fn deployment(component: &str, image: &str) -> Deployment {
    let labels = json!({"app": "stand-ins-test", "component": component});
    let env = json!([{"name": "BUILD_IMAGE", "value": "quay.io/jupyterhub/repo2docker:2026.4.0"}]);
    serde_json::from_value(json!({
        "metadata": {"name": component, "labels": labels},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "terminationGracePeriodSeconds": 1,
                    "containers": [{"name": component, "image": image, "env": env}],
                },
            },
        },
    }))
    .unwrap()
}

/// Asks until the answer is as wanted; a cluster that never gets there fails the test.
async fn until(address: SocketAddr, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
    for _ in 0..600 {
        let answer = get(address, path).await;
        if wanted(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} stays {:?}", get(address, path).await);
}

async fn last_phase(address: SocketAddr, path: &str) -> Value {
    let mut socket = open(address, "GET", path, &["Accept: text/event-stream".to_owned()], "").await;
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n0\r\n\r\n") {
        assert!(socket.read_buf(&mut bytes).await.unwrap() > 0);
    }
    let text = String::from_utf8(bytes).unwrap();
    let mut events = text.lines().filter_map(|line| line.strip_prefix("data: "));
    serde_json::from_str::<Value>(events.next_back().unwrap()).unwrap()["phase"].clone()
}

#[tokio::test]
async fn answers_follow_the_live_objects() {
    let Some(sandbox) = test_support::Sandbox::or_skip("answers_follow_the_live_objects") else { return };
    let client = client(sandbox.kubeconfig.as_str()).await;
    let mut config = stand_ins::Config::new(|| jiff::Timestamp::UNIX_EPOCH);
    config.speed = 1000.0;
    let address = start(config, client.clone()).await;

    let name = format!("stand-ins-{}", std::process::id());
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let namespace = serde_json::from_value(json!({"metadata": {"name": name}})).unwrap();
    namespaces.create(&PostParams::default(), &namespace).await.unwrap();
    let deployments: Api<Deployment> = Api::namespaced(client, &name);
    let create = async |component: &str, image: &str| {
        deployments.create(&PostParams::default(), &deployment(component, image)).await.unwrap();
    };
    let patch = async |component: &str, change: Value| {
        deployments.patch(component, &PatchParams::default(), &Patch::Strategic(change)).await.unwrap();
    };
    let (versions, health) = (format!("/{name}/binder/versions"), format!("/{name}/binder/health"));
    let launch = format!("/{name}/binder/build/gh/binder-examples/requirements/HEAD");
    let version = |answer: &Answer| answer.json()["binderhub"].as_str().unwrap().to_owned();

    assert_eq!(get(address, &versions).await.status, 502);

    create("binder", "quay.io/jupyterhub/k8s-binderhub:1.0.0-0.dev.git.1.h1111111").await;
    let answer = until(address, &versions, |answer| answer.status == 200).await;
    assert_eq!(version(&answer), "1.0.0-0.dev.git.1.h1111111");
    assert_eq!(answer.json()["builder_info"]["build_image"], "quay.io/jupyterhub/repo2docker:2026.4.0");
    assert_eq!(get(address, &health).await.status, 503);
    assert_eq!(last_phase(address, &launch).await, "failed");

    create("hub", "quay.io/jupyterhub/k8s-hub:4.2.0").await;
    until(address, &health, |answer| answer.status == 200).await;
    assert_eq!(last_phase(address, &launch).await, "ready");

    let image =
        json!({"name": "binder", "image": "quay.io/jupyterhub/k8s-binderhub:1.0.0-0.dev.git.2.h2222222"});
    patch("binder", json!({"spec": {"template": {"spec": {"containers": [image]}}}})).await;
    until(address, &versions, |answer| version(answer) == "1.0.0-0.dev.git.2.h2222222").await;

    // A rollout that never gets ready leaves the pods that are: nobody sees the new version.
    let image = json!({"name": "binder", "image": "quay.io/jupyterhub/k8s-binderhub:3-never-ready"});
    patch("binder", json!({"spec": {"template": {"spec": {"containers": [image]}}}})).await;
    let created = |list: &kube::api::ObjectList<k8s_openapi::api::core::v1::Pod>| {
        list.items.iter().any(|pod| {
            pod.spec.as_ref().unwrap().containers[0].image.as_deref().unwrap().ends_with("never-ready")
        })
    };
    let pods: Api<k8s_openapi::api::core::v1::Pod> =
        Api::namespaced(deployments.clone().into_client(), &name);
    while !created(&pods.list(&ListParams::default()).await.unwrap()) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for _ in 0..5 {
        assert_eq!(version(&get(address, &versions).await), "1.0.0-0.dev.git.2.h2222222");
    }

    patch("hub", json!({"spec": {"replicas": 0}})).await;
    until(address, &health, |answer| answer.status == 503).await;
    patch("binder", json!({"spec": {"replicas": 0}})).await;
    until(address, &versions, |answer| answer.status == 502).await;
    namespaces.delete(&name, &DeleteParams::default()).await.unwrap();
}
