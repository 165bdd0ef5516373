//! A client for the sandbox's own cluster.

use camino::Utf8Path;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::Error;

/// A client with the login in `kubeconfig`: the sandbox's, or that of its fault proxy.
///
/// # Errors
/// [`Error::Cluster`] when the file is no kubeconfig.
pub async fn cluster_client(kubeconfig: &Utf8Path) -> Result<Client, Error> {
    const DOING: &str = "log in to the cluster";
    let refused = |source: Box<dyn std::error::Error + Send + Sync>| Error::Cluster { doing: DOING, source };
    let file = Kubeconfig::read_from(kubeconfig).map_err(|error| refused(error.into()))?;
    let config = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default())
        .await
        .map_err(|error| refused(error.into()))?;
    Client::try_from(config).map_err(|error| refused(error.into()))
}
