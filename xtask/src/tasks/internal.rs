//! Processes of the sandbox that are programs of this repository; the sandbox starts them detached.

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use clap::Subcommand;
use tokio::net::TcpListener;

use super::sandbox::runtime;

/// A process.
#[derive(Debug, Subcommand)]
pub(crate) enum Service {
    /// The fault proxy in front of the API server
    Proxy {
        /// Its configuration
        config: Utf8PathBuf,
    },
    /// BinderHub, JupyterHub and Grafana
    StandIns {
        /// The port of all of them
        #[arg(long)]
        port: u16,
        /// The cluster whose pods they answer for
        #[arg(long)]
        kubeconfig: Utf8PathBuf,
        /// Where each request is told
        #[arg(long)]
        log: Utf8PathBuf,
    },
}

/// Runs it until it is killed.
pub(crate) fn internal(service: Service) -> Result<()> {
    runtime()?.block_on(async {
        match service {
            Service::Proxy { config } => sandbox::run_proxy(sandbox::ProxyConfig::read(&config)?)
                .await
                .context("the fault proxy ended"),
            Service::StandIns { port, kubeconfig, log } => {
                let client = sandbox::cluster_client(&kubeconfig).await?;
                let mut config = stand_ins::Config::new(jiff::Timestamp::now);
                let file = std::fs::File::create(&log).with_context(|| format!("cannot write {log}"))?;
                config.log = Some(Box::new(file));
                let listener = TcpListener::bind(("127.0.0.1", port)).await;
                let listener =
                    listener.with_context(|| format!("port {port} is taken by another program"))?;
                stand_ins::serve(listener, config, client).await.context("the stand-ins ended")
            }
        }
    })
}
