//! Prints the history of a release as `helm history -o json` does, without Helm.
//!
//! `cargo run --example history -- HELM KUBECONFIG NAMESPACE RELEASE [TIMES]`: with TIMES it is read that
//! often, and how long each took, in microseconds, goes to standard error; behind it how long the same
//! list takes that nobody looks into.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program reads its arguments and prints"
)]

use std::error::Error;
use std::time::Instant;

use helm_driver::{Driver, Helm};
use kube::api::ListParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::Request;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [helm, kubeconfig, namespace, release, times @ ..] = arguments.as_slice() else {
        return Err("usage: history HELM KUBECONFIG NAMESPACE RELEASE [TIMES]".into());
    };
    let kubeconfig = Kubeconfig::read_from(kubeconfig)?;
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    let homes = std::env::temp_dir().join("history-example");
    let homes = camino::Utf8PathBuf::try_from(homes)?;
    let client = kube::Client::try_from(config)?;
    let driver = Driver::new(Helm::detect(helm.as_str().into(), &homes).await?, client.clone());
    let namespace: names::Namespace = namespace.parse()?;
    let release: names::ReleaseName = release.parse()?;
    let mut entries = driver.history(&namespace, &release).await?;
    for _ in 0..times.first().map_or(Ok(0), |times| times.parse())? {
        let start = Instant::now();
        entries = driver.history(&namespace, &release).await?;
        let read = start.elapsed();
        let list = Request::new(format!("/api/v1/namespaces/{namespace}/secrets"));
        let list = list.list(&ListParams::default().labels(&format!("owner=helm,name={release}")))?;
        let start = Instant::now();
        client.request_text(list).await?;
        eprintln!("{} {}", read.as_micros(), start.elapsed().as_micros());
    }
    println!("{}", serde_json::to_string(&entries)?);
    Ok(())
}
