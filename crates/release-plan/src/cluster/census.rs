//! How many people a change would hit at this moment.

use k8s_openapi::api::core::v1::Pod;
use kube::api::ListParams;
use kube::{Api, Client};
use names::Namespace;

use super::try_apply::unasked;
use crate::Error;

/// What runs for users now. It changes from minute to minute, so no plan holds it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Census {
    /// Servers of users.
    pub servers: usize,
    /// Builds under way.
    pub builds: usize,
}

/// The labels of JupyterHub's servers, and of BinderHub's builds.
const SERVERS: &str = "component=singleuser-server";
const BUILDS: &str = "component=binderhub-build";

/// Counts the servers and builds of a namespace.
///
/// # Errors
/// [`Error::Cluster`] where its pods cannot be listed.
pub async fn census(client: &Client, namespace: &Namespace) -> Result<Census, Error> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace.as_str());
    // Names and labels alone: specifications of a thousand pods would be megabytes.
    let running = ListParams::default().fields("status.phase!=Succeeded,status.phase!=Failed");
    let count = async |labels: &str| pods.list_metadata(&running.clone().labels(labels)).await;
    let (servers, builds) = futures::join!(count(SERVERS), count(BUILDS));
    let failed = |source| unasked("the pods of users", source);
    Ok(Census { servers: servers.map_err(failed)?.items.len(), builds: builds.map_err(failed)?.items.len() })
}
