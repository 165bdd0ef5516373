//! A namespace full of Deployments that are all updated at once.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::{Api, Client};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::chart;
use super::completion::is_complete;

/// How many requests are under way at once.
const AT_ONCE: usize = 32;

/// What `revisionHistoryLimit` keeps by default.
const OLD_REVISIONS: usize = 10;

/// How long the cluster may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(900);

/// The namespace.
#[derive(Clone)]
pub(crate) struct Scene {
    client: Client,
    pub(crate) namespace: String,
    pub(crate) deployments: usize,
}

impl Scene {
    /// Creates the namespace and the Deployments, each with old ReplicaSets of its own, and waits until they rest.
    pub(crate) async fn set(client: Client, namespace: String, deployments: usize) -> Result<Self> {
        let scene = Self { client, namespace, deployments };
        let object = from(json!({ "metadata": { "name": scene.namespace } }))?;
        scene
            .namespaces()
            .create(&PostParams::default(), &object)
            .await
            .context("cannot create a namespace")?;
        stream::iter(0..deployments)
            .map(|number| scene.create(number))
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await
            .context("cannot create the Deployments")?;
        scene.rest().await?;
        Ok(scene)
    }

    async fn create(&self, number: usize) -> Result<()> {
        let name = name(number);
        let mut made = deployment(number, "0");
        if let (Some(metadata), Value::Object(ours)) =
            (made.get_mut("metadata").and_then(Value::as_object_mut), chart::ownership(&self.namespace))
        {
            metadata.extend(ours);
        }
        let made: Deployment = self.api().create(&PostParams::default(), &from(made)?).await?;
        let uid = made.metadata.uid.context("a Deployment without a uid")?;
        for revision in 1..=OLD_REVISIONS {
            let old = old_replica_set(&name, &uid, revision);
            self.api::<ReplicaSet>().create(&PostParams::default(), &from(old)?).await?;
        }
        Ok(())
    }

    /// Changes every Deployment's template.
    pub(crate) async fn update(&self, run: &str) -> Result<()> {
        let api = self.api::<Deployment>();
        let patch = |number: usize| {
            let (api, name) = (&api, name(number));
            let patch = Patch::Strategic(json!({ "spec": { "template": template(&name, run) } }));
            async move { api.patch(&name, &PatchParams::default(), &patch).await.map(|_| ()) }
        };
        let patches = stream::iter(0..self.deployments).map(patch).buffer_unordered(AT_ONCE);
        patches.try_collect::<()>().await.context("cannot update the Deployments")
    }

    /// Waits until every Deployment is complete and every pod of the past is gone.
    pub(crate) async fn rest(&self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            tokio::time::sleep(Duration::from_secs(2)).await;
            let deployments = self.api::<Deployment>().list(&ListParams::default()).await?;
            let complete = deployments.iter().filter(|it| is_complete(it)).count();
            let pods = self.api::<Pod>().list(&ListParams::default()).await?.items.len();
            if complete == self.deployments && pods == self.deployments {
                // The last clean-ups, and whatever the machine is still busy with.
                tokio::time::sleep(Duration::from_secs(2)).await;
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("{complete} of {} Deployments are complete, with {pods} pods", self.deployments);
            }
        }
    }

    /// The Deployments.
    pub(crate) fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = kube::core::NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// Has everything deleted; the cluster does that in its own time.
    pub(crate) async fn strike(&self) -> Result<()> {
        self.namespaces().delete(&self.namespace, &DeleteParams::default()).await?;
        Ok(())
    }

    fn namespaces(&self) -> Api<Namespace> {
        Api::all(self.client.clone())
    }
}

/// One of the Deployments, as it is written.
pub(crate) fn deployment(number: usize, revision: &str) -> Value {
    let name = name(number);
    json!({
        "metadata": { "name": name },
        "spec": { "replicas": 1, "selector": { "matchLabels": { "app": name } }, "template": template(&name, revision) },
    })
}

fn name(number: usize) -> String {
    format!("web-{number:04}")
}

/// With a readiness probe: a waiter may return at once.
fn template(app: &str, revision: &str) -> Value {
    json!({
        "metadata": { "labels": { "app": app } },
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [{
                "name": "app", "image": "example.org/web:1.0",
                "env": [{ "name": "REVISION", "value": revision }],
                "readinessProbe": { "httpGet": { "path": "/", "port": 8080 }, "periodSeconds": 1 },
            }],
        },
    })
}

fn old_replica_set(app: &str, uid: &str, revision: usize) -> Value {
    let hash = format!("old{revision:02}");
    let mut template = template(app, &hash);
    let labels = json!({ "app": app, "pod-template-hash": hash });
    if let Some(metadata) = template.get_mut("metadata") {
        *metadata = json!({ "labels": labels });
    }
    json!({
        "metadata": {
            "name": format!("{app}-{hash}"),
            "labels": labels,
            "annotations": { "deployment.kubernetes.io/revision": revision.to_string() },
            "ownerReferences": [{
                "apiVersion": "apps/v1", "kind": "Deployment", "name": app, "uid": uid,
                "controller": true, "blockOwnerDeletion": true,
            }],
        },
        "spec": { "replicas": 0, "selector": { "matchLabels": labels }, "template": template },
    })
}

fn from<K: DeserializeOwned>(value: Value) -> Result<K> {
    Ok(serde_json::from_value(value)?)
}
