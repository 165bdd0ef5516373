//! The fault proxy between a real client and the real API server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::api::{DeleteParams, ListParams, PostParams, WatchEvent, WatchParams};
use kube::{Api, Client};
use sandbox::{Effect, Fault, FaultProxy, Target};
use std::error::Error as _;
use std::time::Duration;
use test_support::Sandbox;

/// A namespace of its own behind the proxy; faults are aimed at it alone.
struct Behind {
    name: String,
    client: Client,
    direct: Client,
    proxy: FaultProxy,
}

impl Behind {
    async fn or_skip(test: &str) -> Option<Self> {
        let sandbox = Sandbox::or_skip(&format!("faults::{test}"))?;
        let direct = sandbox::cluster_client(&sandbox.kubeconfig).await.unwrap();
        let name = format!("faults-{}-{}", test.replace('_', "-"), std::process::id());
        let mut namespace = Namespace::default();
        namespace.metadata.name = Some(name.clone());
        let namespaces = Api::<Namespace>::all(direct.clone());
        namespaces.create(&PostParams::default(), &namespace).await.unwrap();
        let client = sandbox::cluster_client(&sandbox.proxy.kubeconfig).await.unwrap();
        Some(Self { name, client, direct, proxy: FaultProxy::of(&sandbox) })
    }

    fn maps(&self) -> Api<ConfigMap> {
        Api::namespaced(self.client.clone(), &self.name)
    }

    async fn order(&self, effect: Effect, method: &str, times: u32) -> u64 {
        let target = Target {
            method: Some(method.to_owned()),
            path: Some(format!("*/namespaces/{}/configmaps*", self.name)),
            user_agent: None,
        };
        let fault = Fault { effect, target, times: Some(times), for_ms: Some(10_000) };
        self.proxy.inject(&fault).await.unwrap()
    }

    fn injected(&self, id: u64) -> Vec<(String, bool)> {
        let injected = self.proxy.injected(id).unwrap();
        injected.into_iter().map(|it| (it.fault, it.stream)).collect()
    }

    async fn there(&self, name: &str) -> bool {
        let maps = Api::<ConfigMap>::namespaced(self.direct.clone(), &self.name);
        maps.get_opt(name).await.unwrap().is_some()
    }

    async fn remove(self) {
        let namespaces = Api::<Namespace>::all(self.direct.clone());
        namespaces.delete(&self.name, &DeleteParams::default()).await.unwrap();
    }
}

fn map(name: &str) -> ConfigMap {
    let mut map = ConfigMap::default();
    map.metadata.name = Some(name.to_owned());
    map
}

/// The innermost cause.
fn cause(error: &kube::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[tokio::test]
async fn a_cut_resets_the_connection_and_nothing_happens() {
    let Some(behind) = Behind::or_skip("cut").await else { return };
    let id = behind.order(Effect::Cut { after: false }, "POST", 1).await;
    let error = behind.maps().create(&PostParams::default(), &map("a")).await.unwrap_err();
    assert!(cause(&error).contains("reset"), "{error}: {:?}", error.source());
    assert!(!behind.there("a").await);
    assert_eq!(behind.injected(id), [("cut".to_owned(), false)]);
    behind.maps().create(&PostParams::default(), &map("a")).await.unwrap();
    behind.remove().await;
}

#[tokio::test]
async fn a_cut_after_the_answer_leaves_it_done() {
    let Some(behind) = Behind::or_skip("cut_after").await else { return };
    let id = behind.order(Effect::Cut { after: true }, "POST", 1).await;
    behind.maps().create(&PostParams::default(), &map("a")).await.unwrap_err();
    assert!(behind.there("a").await);
    assert_eq!(behind.injected(id), [("cut".to_owned(), false)]);
    behind.remove().await;
}

#[tokio::test]
async fn a_status_is_answered_as_an_api_server_would() {
    let Some(behind) = Behind::or_skip("status").await else { return };
    // Not 503: kube's client tries that again by itself.
    let message = "go away".to_owned();
    let id = behind.order(Effect::Status { code: 403, message, retry_after: None }, "GET", 2).await;
    for _ in 0..2 {
        let kube::Error::Api(status) = behind.maps().get("a").await.unwrap_err() else {
            panic!("no status");
        };
        assert_eq!((status.code, status.message.as_str()), (403, "go away"));
        assert_eq!(status.reason, "Forbidden");
    }
    assert_eq!(behind.maps().get_opt("a").await.unwrap(), None);
    assert_eq!(behind.injected(id).len(), 2);
    behind.remove().await;
}

#[tokio::test]
async fn a_delay_and_a_hang_hold_a_request_back_and_let_it_go() {
    let Some(behind) = Behind::or_skip("hang").await else { return };
    let delay = behind.order(Effect::Delay { ms: 10 }, "GET", 1).await;
    behind.maps().list(&ListParams::default()).await.unwrap();
    assert_eq!(behind.injected(delay), [("delay".to_owned(), false)]);
    let fault = Fault {
        effect: Effect::Hang,
        target: Target {
            path: Some(format!("*/namespaces/{}/configmaps*", behind.name)),
            ..Target::default()
        },
        times: None,
        for_ms: Some(300),
    };
    let hang = behind.proxy.inject(&fault).await.unwrap();
    let maps = behind.maps();
    let everything = ListParams::default();
    let listing = maps.list(&everything);
    tokio::pin!(listing);
    let early = tokio::time::timeout(Duration::from_millis(100), &mut listing).await;
    assert!(early.is_err(), "it was answered while it should hang");
    listing.await.unwrap();
    assert_eq!(behind.injected(hang), [("hang".to_owned(), false)]);
    behind.remove().await;
}

#[tokio::test]
async fn a_watch_streams_through_and_can_be_cut() {
    let Some(behind) = Behind::or_skip("watch").await else { return };
    let maps = behind.maps();
    let only = WatchParams { bookmarks: false, ..WatchParams::default().fields("metadata.name=a") };
    let mut watch = maps.watch(&only, "0").await.unwrap().boxed();
    maps.create(&PostParams::default(), &map("a")).await.unwrap();
    // The connection stays open, so a buffered change would never come.
    let change = tokio::time::timeout(Duration::from_secs(10), watch.next()).await.unwrap();
    assert!(matches!(change, Some(Ok(WatchEvent::Added(_)))), "{change:?}");
    let id = behind.order(Effect::Cut { after: false }, "GET", 1).await;
    let broken = tokio::time::timeout(Duration::from_secs(10), watch.next()).await.unwrap();
    assert!(matches!(broken, Some(Err(_))), "{broken:?}");
    assert_eq!(behind.injected(id), [("cut".to_owned(), true)]);
    behind.remove().await;
}

#[tokio::test]
async fn an_order_that_is_none_is_refused() {
    let Some(sandbox) = Sandbox::or_skip("faults::an_order_that_is_none_is_refused") else {
        return;
    };
    let mut elsewhere = sandbox.clone();
    elsewhere.proxy.control = "http://127.0.0.1:9".to_owned();
    let error = FaultProxy::of(&elsewhere).reset().await.unwrap_err();
    assert!(matches!(error, sandbox::Error::Control { .. }), "{error}");
}
