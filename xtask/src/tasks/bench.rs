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
    /// How long reading one chart of a large repository index takes, and how much memory
    Index(bench::IndexOptions),
    /// How long `bump check` takes where none of ten sources has changed
    Check(bench::CheckOptions),
}

/// Builds what is measured, brings the sandbox up, and measures.
pub(crate) fn bench(subject: Subject) -> Result<()> {
    let options = match subject {
        Subject::Rollout(options) => options,
        Subject::Index(options) => return bench::index(&options),
        Subject::Check(options) => return runtime()?.block_on(bench::check(&options)),
    };
    let deploy = match &options.deploy {
        Some(program) => program.clone(),
        None => {
            let mut cargo = workspace::cargo();
            run::run(cargo.args(["build", "--release", "--package", "deploy", "--bin", "deploy"]))?;
            workspace::target().join("release/deploy")
        }
    };
    let state = super::sandbox::up(Want::everything())?;
    runtime()?.block_on(bench::rollout(&options, &state, deploy))
}
