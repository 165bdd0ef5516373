//! What a fresh cluster lacks before charts can run on it: nodes and a default storage class.

use k8s_openapi::api::core::v1::{Node, ServiceAccount};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::{ListParams, PostParams};
use kube::{Api, Client};
use std::collections::BTreeMap;

use crate::{Error, Layout, cluster_client};

/// The name that the stages in `fixtures/sandbox/stages/storage.yaml` answer to.
const PROVISIONER: &str = "sandbox.jupyterhub.io/simulated";

/// The cluster of a boot under way.
pub(super) struct Cluster {
    client: Client,
}

impl Cluster {
    pub(super) async fn connect(layout: &Layout) -> Result<Self, Error> {
        Ok(Self { client: cluster_client(&layout.kubeconfig()).await? })
    }

    /// Creates `node-1`, `node-2` and so on, and the storage class; kwok plays both.
    pub(super) async fn furnish(&self, nodes: u16) -> Result<(), Error> {
        let refused = |doing| move |source| Error::Cluster { doing, source: Box::new(source) };
        let api = Api::<Node>::all(self.client.clone());
        for number in 1..=nodes {
            let created = api.create(&PostParams::default(), &node(number)).await;
            created.map_err(refused("create the simulated nodes"))?;
        }
        let api = Api::<StorageClass>::all(self.client.clone());
        let created = api.create(&PostParams::default(), &storage_class()).await;
        created.map(|_| ()).map_err(refused("create the default storage class"))
    }

    /// Whether pods can run: every node is ready without a taint, and the default namespace has
    /// its service account, which the controllers make.
    pub(super) async fn usable(&self, nodes: u16) -> Result<(), String> {
        let listed = Api::<Node>::all(self.client.clone()).list(&ListParams::default()).await;
        let usable = listed.map_err(|error| error.to_string())?.iter().filter(|it| is_usable(it)).count();
        if usable < usize::from(nodes) {
            return Err(format!("{usable} of {nodes} nodes are ready"));
        }
        let accounts = Api::<ServiceAccount>::namespaced(self.client.clone(), "default");
        accounts.get("default").await.map(|_| ()).map_err(|error| error.to_string())
    }
}

fn named(text: &[(&str, &str)]) -> BTreeMap<String, String> {
    text.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn node(number: u16) -> Node {
    let name = format!("node-{number}");
    let mut node = Node::default();
    node.metadata.labels = Some(named(&[
        ("kubernetes.io/hostname", &name),
        ("kubernetes.io/os", "linux"),
        ("kubernetes.io/arch", "amd64"),
    ]));
    node.metadata.name = Some(name);
    node
}

fn storage_class() -> StorageClass {
    let mut class = StorageClass { provisioner: PROVISIONER.to_owned(), ..StorageClass::default() };
    class.metadata.name = Some("standard".to_owned());
    class.metadata.annotations = Some(named(&[("storageclass.kubernetes.io/is-default-class", "true")]));
    class
}

fn is_usable(node: &Node) -> bool {
    let tainted = node.spec.as_ref().and_then(|spec| spec.taints.as_ref()).is_some();
    let conditions = node.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let mut ready = conditions.filter(|condition| condition.type_ == "Ready");
    !tainted && ready.any(|condition| condition.status == "True")
}
