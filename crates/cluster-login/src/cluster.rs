//! A cluster that answered.

use std::time::Duration;

use kube::config::KubeConfigOptions;
use kube::{Client, Config};

use crate::{Error, Kubeconfig};

/// How long a cluster may take to say who it is.
const HELLO: Duration = Duration::from_secs(10);

/// A client, and what the cluster said of itself.
#[derive(Clone)]
pub struct Cluster {
    client: Client,
    server: String,
    version: String,
}

impl Cluster {
    /// Reads the kubeconfig, builds a client and asks the cluster for its version.
    ///
    /// Needs a process-wide `rustls` provider.
    ///
    /// # Errors
    /// When the kubeconfig cannot be read, names no such context, or the cluster does not answer.
    pub async fn login(kubeconfig: &Kubeconfig, context: Option<&str>) -> Result<Self, Error> {
        let path = kubeconfig.name();
        let options =
            KubeConfigOptions { context: context.map(str::to_owned), ..KubeConfigOptions::default() };
        let mut config = Config::from_custom_kubeconfig(kubeconfig.read()?, &options)
            .await
            .map_err(|source| Error::Unusable { path: path.clone(), source: Box::new(source) })?;
        config.connect_timeout = Some(HELLO);
        let server = config.cluster_url.to_string();
        let client = Client::try_from(config)
            .map_err(|source| Error::Client { path: path.clone(), source: Box::new(source) })?;
        let version = match tokio::time::timeout(HELLO, client.apiserver_version()).await {
            Ok(Ok(info)) => info.git_version,
            Ok(Err(kube::Error::Api(status))) if status.code == 401 => {
                return Err(Error::Unauthorised { path: path.clone(), server });
            }
            Ok(Err(source)) => {
                return Err(Error::Unreachable {
                    path: path.clone(),
                    server,
                    source: Some(Box::new(source)),
                });
            }
            Err(_) => return Err(Error::Unreachable { path: path.clone(), server, source: None }),
        };
        Ok(Self { client, server, version })
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The address of the API server.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The version of Kubernetes, as the server says it: `v1.36.3`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}
