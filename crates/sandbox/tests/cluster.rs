//! What a running sandbox offers besides the API: logs of simulated pods, and counted requests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use k8s_openapi::api::core::v1::{
    ConfigMap, Namespace, PersistentVolume, PersistentVolumeClaim, Pod, Service,
};
use kube::api::{DeleteParams, LogParams, PostParams};
use kube::{Api, Client};
use sandbox::AuditLog;
use serde_json::json;
use std::time::Duration;
use test_support::Sandbox;

async fn namespace(client: &Client, prefix: &str) -> String {
    let name = format!("{prefix}-{}", std::process::id());
    let mut namespace = Namespace::default();
    namespace.metadata.name = Some(name.clone());
    let namespaces = Api::<Namespace>::all(client.clone());
    namespaces.create(&PostParams::default(), &namespace).await.unwrap();
    name
}

/// Asks again until the answer is the one that is waited for, for at most 20 s.
async fn until<T, F: Future<Output = Option<T>>>(what: &str, ask: impl Fn() -> F) -> T {
    for _ in 0..400 {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not come");
}

#[tokio::test]
async fn a_crashed_container_has_the_recorded_words_in_its_log() {
    let Some(sandbox) = Sandbox::or_skip("cluster::logs") else { return };
    let client = sandbox::cluster_client(&sandbox.kubeconfig).await.unwrap();
    let name = namespace(&client, "logs").await;
    let pods = Api::<Pod>::namespaced(client.clone(), &name);
    // The service account of a new namespace comes a moment later.
    let pod: Pod = serde_json::from_value(json!({
        "metadata": { "name": "web" },
        "spec": {
            "containers": [{ "name": "app", "image": "registry.example/app:1.0-crash-loop" }],
        },
    }))
    .unwrap();
    let create = || async { pods.create(&PostParams::default(), &pod).await.ok() };
    until("the pod", create).await;
    let recorded = recorded_log();
    let asked = LogParams::default();
    until("the log", || async { pods.logs("web", &asked).await.ok().filter(|text| *text == recorded) }).await;
    // A running pod ends where no event can be written any more, too.
    let namespaces = Api::<Namespace>::all(client);
    namespaces.delete(&name, &DeleteParams::default()).await.unwrap();
    until("the namespace's end", || async {
        namespaces.get_opt(&name).await.unwrap().is_none().then_some(())
    })
    .await;
}

/// What the log endpoint answered when a real kubelet stood behind it.
fn recorded_log() -> String {
    let path = test_support::fixtures().join("kubelet/crash-loop-exit1.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut logs = lines.filter(|line| line["type"] == "LOGS" && line["previous"] == false);
    logs.next().unwrap()["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_audit_log_counts_what_was_asked() {
    let Some(sandbox) = Sandbox::or_skip("cluster::audit") else { return };
    let client = sandbox::cluster_client(&sandbox.kubeconfig).await.unwrap();
    let name = namespace(&client, "audit").await;
    let log = AuditLog::open(&sandbox.audit_log);
    let mark = log.mark().unwrap();
    let maps = Api::<ConfigMap>::namespaced(client.clone(), &name);
    let mut map = ConfigMap::default();
    map.metadata.name = Some("counted".to_owned());
    let dry = PostParams { dry_run: true, ..PostParams::default() };
    maps.create(&dry, &map).await.unwrap();
    maps.create(&PostParams::default(), &map).await.unwrap();
    assert_eq!(maps.get("counted").await.unwrap().metadata.name, map.metadata.name);
    let mine = || {
        let asked = log.since(mark).unwrap().into_iter();
        let maps = asked.filter(|it| it.namespace == name && it.user == "sandbox-admin");
        maps.filter(|it| it.resource == "configmaps").collect::<Vec<_>>()
    };
    let all = until("the third line", || async { Some(mine()).filter(|all| all.len() >= 3) }).await;
    let facts: Vec<_> = all.iter().map(|it| (it.verb.as_str(), it.is_write(), it.dry_run, it.code)).collect();
    assert_eq!(
        facts,
        [("create", true, true, 201), ("create", true, false, 201), ("get", false, false, 200)]
    );
    let namespaces = Api::<Namespace>::all(client);
    namespaces.delete(&name, &DeleteParams::default()).await.unwrap();
}

#[tokio::test]
async fn a_claim_gets_a_volume_and_a_load_balancer_an_address() {
    let Some(sandbox) = Sandbox::or_skip("cluster::claims") else { return };
    let client = sandbox::cluster_client(&sandbox.kubeconfig).await.unwrap();
    let name = namespace(&client, "claims").await;
    let claims = Api::<PersistentVolumeClaim>::namespaced(client.clone(), &name);
    let claim = json!({
        "metadata": { "name": "data" },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": { "requests": { "storage": "1Gi" } },
        },
    });
    let claim = serde_json::from_value(claim).unwrap();
    claims.create(&PostParams::default(), &claim).await.unwrap();
    let volume = until("the volume", || async {
        let status = claims.get("data").await.unwrap();
        let bound = status.status.is_some_and(|status| status.phase.as_deref() == Some("Bound"));
        status.spec.and_then(|spec| spec.volume_name).filter(|_| bound)
    })
    .await;
    let services = Api::<Service>::namespaced(client.clone(), &name);
    let service = json!({
        "metadata": { "name": "public" },
        "spec": { "type": "LoadBalancer", "ports": [{ "port": 80 }] },
    });
    let service = serde_json::from_value(service).unwrap();
    services.create(&PostParams::default(), &service).await.unwrap();
    until("the address", || async {
        let status = services.get("public").await.unwrap().status?;
        status.load_balancer?.ingress?.first()?.ip.clone()
    })
    .await;
    let namespaces = Api::<Namespace>::all(client.clone());
    namespaces.delete(&name, &DeleteParams::default()).await.unwrap();
    let volumes = Api::<PersistentVolume>::all(client);
    until("the volume's end", || async { volumes.get_opt(&volume).await.unwrap().is_none().then_some(()) })
        .await;
}

#[tokio::test]
async fn nobody_is_allowed_nothing() {
    let Some(sandbox) = Sandbox::or_skip("cluster::nobody") else { return };
    let client = sandbox::cluster_client(&sandbox.nobody).await.unwrap();
    let pods = Api::<Pod>::namespaced(client, "default");
    let kube::Error::Api(status) = pods.get("web").await.unwrap_err() else {
        panic!("no status");
    };
    assert_eq!(status.code, 403);
}
