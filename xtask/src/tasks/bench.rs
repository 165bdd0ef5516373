//! `cargo xtask bench`: ours and its peers, measured in one run.

use anyhow::Result;
use clap::Subcommand;

use super::sandbox::{Want, runtime};
use crate::{bench, run, workspace};

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Subject {
    /// How late waiters see that many Deployments are ready, and what they ask and take for it
    Rollout(bench::Options),
    /// How long a plan of several members takes behind a slow network
    Plan(bench::PlanOptions),
}

/// Builds what is measured, brings the sandbox up, and measures.
pub(crate) fn bench(subject: Subject) -> Result<()> {
    let given = match &subject {
        Subject::Rollout(options) => options.deploy.clone(),
        Subject::Plan(options) => options.deploy.clone(),
    };
    let deploy = match given {
        Some(program) => program,
        None => {
            let mut cargo = workspace::cargo();
            run::run(cargo.args(["build", "--release", "--package", "deploy", "--bin", "deploy"]))?;
            workspace::target().join("release/deploy")
        }
    };
    let state = super::sandbox::up(Want::everything())?;
    match subject {
        Subject::Rollout(options) => runtime()?.block_on(bench::rollout(&options, &state, deploy)),
        Subject::Plan(options) => runtime()?.block_on(bench::plan(&options, &state, deploy)),
    }
}
