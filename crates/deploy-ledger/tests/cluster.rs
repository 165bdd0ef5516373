//! The records against a real API server: two runs, one release.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise and read the real clock"
)]

use std::sync::Arc;
use std::time::Duration;

use deploy_ledger::{Clock, Error, Holder, Home, Ledger, Lock, Store, Timings, Verified};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kube::api::{DeleteParams, ObjectMeta, PostParams};
use kube::{Api, Client, Config, config::Kubeconfig};
use test_support::Sandbox;

/// A namespace of its own for each test.
async fn home(sandbox: &Sandbox, name: &str) -> Home {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let kubeconfig = Kubeconfig::read_from(&sandbox.kubeconfig).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
    let client = Client::try_from(config).unwrap();
    let stamp = jiff::Timestamp::now().as_nanosecond() % 1_000_000_000;
    let namespace = format!("ledger-{name}-{stamp}");
    let object = Namespace {
        metadata: ObjectMeta { name: Some(namespace.clone()), ..Default::default() },
        ..Default::default()
    };
    Api::<Namespace>::all(client.clone()).create(&PostParams::default(), &object).await.unwrap();
    Home { client, namespace: namespace.parse().unwrap(), release: "hub".parse().unwrap() }
}

async fn leave(home: &Home) {
    let api = Api::<Namespace>::all(home.client.clone());
    api.delete(home.namespace.as_str(), &DeleteParams::default()).await.unwrap();
}

fn clock() -> Clock {
    Arc::new(jiff::Timestamp::now)
}

fn holder(run: &str) -> Holder {
    Holder { run: run.into(), who: "ada".into(), host: "here".into(), commit: None, process: None }
}

/// Fast, and in the same order as the real ones.
fn fast() -> Timings {
    let ms = Duration::from_millis;
    Timings { renew: ms(200), give_up: ms(800), stale: ms(1500) }
}

async fn take(home: &Home, run: &str, gone: bool) -> Result<Lock, Error> {
    Lock::acquire(home, &holder(run), fast(), clock(), |_| gone, |_| {}).await
}

#[tokio::test]
async fn a_living_holder_keeps_others_out_and_a_silent_one_does_not() {
    let Some(sandbox) = Sandbox::or_skip("deploy-ledger: lock") else { return };
    let home = home(&sandbox, "lock").await;
    let first = take(&home, "r1", false).await.unwrap();
    match take(&home, "r2", false).await {
        Err(Error::Locked { holder, .. }) => assert_eq!(holder.run, "r1"),
        other => panic!("a renewed lock was taken: {other:?}"),
    }
    // Dropped without a release, as by a killed process: silent from now on.
    drop(first);
    let second = take(&home, "r2", false).await.unwrap();
    second.release().await.unwrap();
    take(&home, "r3", false).await.unwrap().release().await.unwrap();
    leave(&home).await;
}

#[tokio::test]
async fn a_holder_known_to_be_dead_is_not_waited_for_and_a_deposed_one_learns_it() {
    let Some(sandbox) = Sandbox::or_skip("deploy-ledger: dead holder") else { return };
    let home = home(&sandbox, "dead").await;
    let first = take(&home, "r1", false).await.unwrap();
    let mut lost = first.lost();
    let second = take(&home, "r2", true).await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), lost.wait_for(|lost| *lost)).await.unwrap().unwrap();
    // Giving back what is no longer ours must not take it from its new holder.
    first.release().await.unwrap();
    assert!(
        matches!(take(&home, "r3", false).await, Err(Error::Locked { holder, .. }) if holder.run == "r2")
    );
    second.release().await.unwrap();
    leave(&home).await;
}

#[tokio::test]
async fn the_ledger_of_a_dead_run_is_never_overwritten() {
    let Some(sandbox) = Sandbox::or_skip("deploy-ledger: ledger") else { return };
    let home = home(&sandbox, "ledger").await;
    let store = Store::new(home.clone(), None);
    assert_eq!(store.ledger().await.unwrap(), None);
    let mut dead = Ledger::open("r1", "ada", Some("c0ffee"), 3);
    dead.begin("helm:hub", jiff::Timestamp::now());
    store.write(&dead).await.unwrap();
    let next = Ledger::open("r2", "bob", None, 3);
    assert!(matches!(store.write(&next).await, Err(Error::Overtaken { run, .. }) if run == "r1"));
    dead.closed = true;
    store.write(&dead).await.unwrap();
    store.write(&next).await.unwrap();
    assert_eq!(store.ledger().await.unwrap(), Some(next));
    leave(&home).await;
}

#[tokio::test]
async fn the_verified_release_comes_back_whole_or_not_at_all() {
    let Some(sandbox) = Sandbox::or_skip("deploy-ledger: verified") else { return };
    let home = home(&sandbox, "verified").await;
    let store = Store::new(home.clone(), None);
    assert_eq!(store.verified().await.unwrap(), None);
    let now = jiff::Timestamp::from_second(1_700_000_000).unwrap();
    let verified = Verified::new(4, "kind: A", vec![0, 159, 146, 150], "r1", Some("c0ffee"), now);
    store.mark(&verified).await.unwrap();
    store.mark(&verified).await.unwrap();
    assert_eq!(store.verified().await.unwrap(), Some(verified));

    let secrets: Api<Secret> = Api::namespaced(home.client.clone(), home.namespace.as_str());
    let patch = serde_json::json!({"data": {"release": "AAAA"}});
    secrets
        .patch("deploy-verified.hub", &Default::default(), &kube::api::Patch::Merge(&patch))
        .await
        .unwrap();
    assert!(matches!(store.verified().await, Err(Error::Damaged { .. })));

    store.forget().await.unwrap();
    store.forget().await.unwrap();
    assert_eq!(store.verified().await.unwrap(), None);
    leave(&home).await;
}

#[tokio::test]
async fn a_record_that_is_not_ours_is_named_and_kept() {
    let Some(sandbox) = Sandbox::or_skip("deploy-ledger: foreign record") else { return };
    let home = home(&sandbox, "foreign").await;
    let maps: Api<ConfigMap> = Api::namespaced(home.client.clone(), home.namespace.as_str());
    let map = ConfigMap {
        metadata: ObjectMeta { name: Some("deploy-ledger.hub".into()), ..Default::default() },
        data: Some([("ledger.json".to_owned(), "{\"v\": \"of another tool\"}".to_owned())].into()),
        ..Default::default()
    };
    maps.create(&PostParams::default(), &map).await.unwrap();
    let store = Store::new(home.clone(), None);
    assert!(matches!(store.ledger().await, Err(Error::NotOurs { .. })));
    assert!(matches!(store.write(&Ledger::open("r", "ada", None, 0)).await, Err(Error::NotOurs { .. })));
    assert_eq!(maps.get("deploy-ledger.hub").await.unwrap().data, map.data);
    leave(&home).await;
}
