//! What a cluster needs before it is worth anything: nodes.

use k8s_openapi::api::core::v1::{Node, ServiceAccount};
use kube::api::{ListParams, PostParams};
use kube::{Api, Client};
use std::collections::BTreeMap;

use crate::{Error, Layout, cluster_client};

const READING: &str = "create the simulated nodes";

/// Creates `node-1`, `node-2` and so on; kwok lets them get ready.
pub(super) async fn create_nodes(layout: &Layout, count: u16) -> Result<(), Error> {
    let client = cluster_client(&layout.kubeconfig()).await?;
    let nodes = Api::<Node>::all(client);
    for number in 1..=count {
        let mut node = Node::default();
        let name = format!("node-{number}");
        node.metadata.labels = Some(BTreeMap::from(
            [
                ("kubernetes.io/hostname", name.as_str()),
                ("kubernetes.io/os", "linux"),
                ("kubernetes.io/arch", "amd64"),
            ]
            .map(|(key, value)| (key.to_owned(), value.to_owned())),
        ));
        node.metadata.name = Some(name);
        match nodes.create(&PostParams::default(), &node).await {
            Ok(_) => {}
            Err(source) => {
                return Err(Error::Cluster { doing: READING, source: Box::new(source) });
            }
        }
    }
    Ok(())
}

/// Whether pods can run: every node is ready without a taint, and the default namespace has its
/// service account, which the controllers make.
pub(super) async fn nodes_ready(layout: &Layout, count: u16) -> Result<(), String> {
    let client: Client = cluster_client(&layout.kubeconfig()).await.map_err(|error| error.to_string())?;
    let listed = Api::<Node>::all(client.clone()).list(&ListParams::default()).await;
    let nodes = listed.map_err(|error| error.to_string())?;
    let usable = nodes.iter().filter(|node| is_usable(node)).count();
    if usable < usize::from(count) {
        return Err(format!("{usable} of {count} nodes are ready"));
    }
    let accounts = Api::<ServiceAccount>::namespaced(client, "default");
    accounts.get("default").await.map(|_| ()).map_err(|error| error.to_string())
}

fn is_usable(node: &Node) -> bool {
    let tainted = node.spec.as_ref().and_then(|spec| spec.taints.as_ref()).is_some();
    let conditions = node.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let mut ready = conditions.filter(|condition| condition.type_ == "Ready");
    !tainted && ready.any(|condition| condition.status == "True")
}
