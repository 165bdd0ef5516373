//! `cargo xtask bench`: ours and its peers, measured in one run.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Subcommand;

use super::sandbox::{Want, runtime};
use crate::{bench, run, workspace};

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Subject {
    /// How late waiters see that many Deployments are ready, and what they ask and take for it
    Rollout(bench::Options),
    /// How long it takes to read a release's history, by us and by spawning each Helm
    History(bench::HistoryOptions),
    /// How long a plan and an upgrade of many objects take on a slow network
    Relay(bench::RelayOptions),
}

/// Builds what is measured, brings the sandbox up, and measures.
pub(crate) fn bench(subject: Subject) -> Result<()> {
    match subject {
        Subject::Rollout(options) => rollout(&options),
        Subject::History(options) => {
            let example = example("history")?;
            bench::history(&options, &super::sandbox::up(Want::everything())?, &example)
        }
        Subject::Relay(options) => {
            let example = example("relay")?;
            let state = super::sandbox::up(Want::everything())?;
            runtime()?.block_on(bench::relay(&options, &state, &example))
        }
    }
}

/// An example of the driver, built with optimisation.
fn example(name: &str) -> Result<Utf8PathBuf> {
    let mut cargo = workspace::cargo();
    run::run(cargo.args(["build", "--release", "--package", "helm-driver", "--example", name]))?;
    Ok(workspace::target().join("release/examples").join(name))
}

fn rollout(options: &bench::Options) -> Result<()> {
    let deploy = match &options.deploy {
        Some(program) => program.clone(),
        None => {
            let mut cargo = workspace::cargo();
            run::run(cargo.args(["build", "--release", "--package", "deploy", "--bin", "deploy"]))?;
            workspace::target().join("release/deploy")
        }
    };
    let state = super::sandbox::up(Want::everything())?;
    runtime()?.block_on(bench::rollout(options, &state, deploy))
}
