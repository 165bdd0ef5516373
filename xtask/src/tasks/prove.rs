//! `cargo xtask prove`: the long proofs, whose seeded samples are among the tests.

use anyhow::Result;
use clap::Subcommand;

use crate::{run, workspace};

/// What to prove.
#[derive(Debug, Subcommand)]
pub(crate) enum Proof {
    /// That a bump ends in one branch and one pull request, whatever breaks at GitHub
    PullRequests {
        /// How many seeded runs
        #[arg(long, default_value_t = 10_000)]
        runs: usize,
    },
}

/// Runs a test at full length.
pub(crate) fn prove(proof: &Proof) -> Result<()> {
    let Proof::PullRequests { runs } = proof;
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--package", "chart-bump", "--test", "forge"]);
    cargo.args(["--", "--nocapture", "whatever_breaks_there_is_one_branch_and_one_pull_request"]);
    cargo.env("PROVE_SCALE", runs.to_string());
    run::run(&mut cargo)
}
