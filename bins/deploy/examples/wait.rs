//! Waits for a namespace, as `deploy wait -n NAMESPACE --output json` does: for the benchmark alone.
#![allow(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::process::ExitCode;

use futures::StreamExt as _;
use kube::config::{KubeConfigOptions, Kubeconfig};
use rollout_waiter::{Policy, Scope, Snapshot, State, wait};

type Anything = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Anything> {
    let words: Vec<String> = std::env::args().collect();
    let value = |flag: &str| words.iter().skip_while(|word| *word != flag).nth(1).cloned();
    let namespace = value("--namespace").ok_or("no --namespace")?;
    let kubeconfig = value("--kubeconfig").ok_or("no --kubeconfig")?;
    // One provider a process; a second installation could only be the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = Kubeconfig::read_from(&kubeconfig)?;
    let config = kube::Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await?;
    let client = kube::Client::try_from(config)?;
    let mut last: Option<Snapshot> = None;
    let mut snapshots = std::pin::pin!(wait(client, Scope::namespace(namespace.parse()?), Policy::default()));
    let (mut count, mut busy) = (0, 0);
    while let Some(snapshot) = snapshots.next().await {
        let snapshot = snapshot?;
        count += 1;
        busy = busy.max(snapshot.objects.len());
        last = Some(snapshot);
    }
    let state = last.map(|snapshot| snapshot.state);
    println!("{{\"snapshots\": {count}, \"objects\": {busy}, \"state\": \"{state:?}\"}}");
    Ok(if state == Some(State::Ready) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
