//! `cargo xtask prove`: proofs that take longer than a test may.

use anyhow::Result;
use clap::Subcommand;

use crate::{run, workspace};

/// What to prove.
#[derive(Debug, Subcommand)]
pub(crate) enum Claim {
    /// Secrets planted anywhere in manifests and values are nowhere in a plan
    PlanSecrets {
        /// How many plants; the seed is fixed
        #[arg(long, default_value_t = 10_000)]
        cases: u32,
    },
}

/// Proves it, or fails with the case that shows otherwise.
pub(crate) fn prove(claim: &Claim) -> Result<()> {
    let Claim::PlanSecrets { cases } = claim;
    let mut cargo = workspace::cargo();
    cargo.args([
        "test",
        "--release",
        "--package",
        "release-plan",
        "--test",
        "it",
        "--",
        "--nocapture",
        "planted",
    ]);
    run::run(cargo.env("PROVE_CASES", cases.to_string()))
}
