//! The benchmark's own client, which the audit log can tell from the measured programs.

use anyhow::Result;
use camino::Utf8Path;
use http::HeaderValue;
use http::header::USER_AGENT;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// How it names itself.
pub(crate) const NAME: &str = "benchmark";

/// A client with the login in `kubeconfig`.
pub(crate) async fn client(kubeconfig: &Utf8Path) -> Result<Client> {
    let file = Kubeconfig::read_from(kubeconfig)?;
    let mut config = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await?;
    config.headers.push((USER_AGENT, HeaderValue::from_static(NAME)));
    Ok(Client::try_from(config)?)
}
