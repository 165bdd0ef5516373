//! What it costs that Helm speaks to the cluster through us, on a slow network.

use std::process::Command;

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use clap::Args;
use sandbox::{Effect, Fault, FaultProxy, State, Target};

use crate::{run, workspace};

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many objects the release has
    #[arg(long, default_value_t = 150)]
    objects: usize,
    /// How long each request to the cluster waits, in milliseconds
    #[arg(long, default_value_t = 50)]
    latency: u64,
}

/// Measures, and prints a table.
pub(crate) async fn relay(options: &Options, state: &State, example: &Utf8Path) -> Result<()> {
    let proxy = FaultProxy::of(state);
    println!(
        "| helm | latency | install | plan, nothing changes | plan, all change | upgrade of all |\n|--|--|--|--|--|--|"
    );
    for latency in [0, options.latency] {
        proxy.reset().await?;
        if latency > 0 {
            let effect = Effect::Delay { ms: latency };
            proxy.inject(&Fault { effect, target: Target::default(), times: None, for_ms: None }).await?;
        }
        for (name, helm) in [("3", &state.helm.v3), ("4", &state.helm.v4)] {
            let helm = helm.as_ref().with_context(|| format!("the sandbox has no helm {name}"))?;
            let namespace = format!("relay-{}-{latency}-{name}", std::process::id());
            let chart = workspace::target().join("bench/relay").join(&namespace);
            let mut program = Command::new(example);
            program.args([helm.as_str(), state.proxy.kubeconfig.as_str(), &namespace, chart.as_str()]);
            let said = run::output(program.arg(options.objects.to_string()))?;
            let times = said.lines().filter_map(|line| line.split_once(' ')).map(|(_, millis)| millis);
            let cells: Vec<String> = times.map(|millis| format!("{millis} ms")).collect();
            println!("| {name} | {latency} ms | {} |", cells.join(" | "));
        }
    }
    proxy.reset().await?;
    Ok(())
}
