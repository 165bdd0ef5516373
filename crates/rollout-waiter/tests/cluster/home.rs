//! A namespace of its own in the sandbox, removed at the end.

use kube::Client;
use kube::config::{Config, KubeConfigOptions, Kubeconfig};
use names::{Namespace, ObjectRef};
use rollout_waiter::{Policy, Scope, Snapshot, wait};
use sandbox::{Effect, Fault, FaultProxy, Target};
use serde_json::{Value, json};
use test_support::Sandbox;

pub(crate) struct Home {
    pub(crate) sandbox: Sandbox,
    config: Config,
    client: Client,
    pub(crate) namespace: Namespace,
}

impl Home {
    /// A fresh namespace, or nothing where there is no sandbox.
    pub(crate) async fn or_skip(test: &str) -> Option<Self> {
        let sandbox = Sandbox::or_skip(test)?;
        let kubeconfig = Kubeconfig::read_from(&sandbox.kubeconfig).unwrap();
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
        let client = Client::try_from(config.clone()).unwrap();
        let name = format!("wait-{}-{}", test.replace('_', "-"), std::process::id());
        let home = Self { sandbox, config, client, namespace: name.parse().unwrap() };
        home.send("POST", "/api/v1/namespaces", &json!({"metadata": {"name": name}})).await;
        Some(home)
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// The same cluster with the rights of somebody who has none.
    pub(crate) fn nobody(&self) -> Client {
        let mut config = self.config.clone();
        config.auth_info.impersonate = Some("nobody".to_owned());
        Client::try_from(config).unwrap()
    }

    /// The same cluster through the fault proxy.
    pub(crate) fn through_proxy(&self) -> Client {
        let mut config = self.config.clone();
        config.cluster_url = self.sandbox.proxy.url.parse().unwrap();
        Client::try_from(config).unwrap()
    }

    /// Orders a fault for the requests of this namespace whose path goes on like `rest`.
    pub(crate) async fn inject(
        &self,
        effect: Effect,
        rest: &str,
        times: Option<u32>,
        for_ms: Option<u64>,
    ) -> u64 {
        let path = Some(format!("*/namespaces/{}/{rest}", self.namespace));
        let target = Target { path, ..Target::default() };
        FaultProxy::of(&self.sandbox).inject(&Fault { effect, target, times, for_ms }).await.unwrap()
    }

    /// How often a fault has hit: an order alone proves nothing.
    pub(crate) fn injected(&self, fault: u64) -> usize {
        FaultProxy::of(&self.sandbox).injected(fault).unwrap().len()
    }

    /// Creates an object; its generation comes back.
    pub(crate) async fn create(&self, path: &str, object: &Value) -> i64 {
        let created = self.send("POST", &self.url(path), object).await;
        created["metadata"]["generation"].as_i64().unwrap_or_default()
    }

    /// Merges a change into an object; the new generation comes back.
    pub(crate) async fn patch(&self, path: &str, name: &str, part: &Value) -> i64 {
        let url = format!("{}/{name}", self.url(path));
        let patched = self.send("PATCH", &url, part).await;
        patched["metadata"]["generation"].as_i64().unwrap_or_default()
    }

    pub(crate) fn object(&self, kind: &str, name: &str) -> ObjectRef {
        ObjectRef::namespaced(kind, &self.namespace, name)
    }

    pub(crate) fn release(&self, objects: &[(&str, &str)]) -> Scope {
        let objects = objects.iter().map(|(kind, name)| self.object(kind, name));
        Scope::release(self.namespace.clone(), objects)
    }

    /// Waits to the end.
    pub(crate) async fn wait(&self, scope: Scope, policy: Policy) -> Snapshot {
        use futures::StreamExt as _;
        let snapshots: Vec<_> = wait(self.client(), scope, policy).collect().await;
        snapshots.into_iter().next_back().expect("a final snapshot").expect("no error")
    }

    pub(crate) async fn remove(self) {
        self.send("DELETE", &format!("/api/v1/namespaces/{}", self.namespace), &json!({})).await;
    }

    fn url(&self, path: &str) -> String {
        let (group, resource) = path.rsplit_once('/').unwrap();
        format!("{group}/namespaces/{}/{resource}", self.namespace)
    }

    async fn send(&self, method: &str, url: &str, body: &Value) -> Value {
        let kind =
            if method == "PATCH" { "application/strategic-merge-patch+json" } else { "application/json" };
        let request = http::Request::builder().method(method).uri(url).header("content-type", kind);
        let request = request.body(body.to_string().into_bytes()).unwrap();
        self.client.request(request).await.unwrap_or_else(|error| panic!("{method} {url}: {error}"))
    }
}
