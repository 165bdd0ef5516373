//! `cargo xtask prove`: the long proofs, whose seeded samples are among the tests.

use anyhow::Result;
use clap::Subcommand;

use super::sandbox::Want;
use crate::{run, workspace};

/// What to prove.
#[derive(Debug, Subcommand)]
pub(crate) enum Proof {
    /// That generated histories are read as both Helms read them
    History {
        /// How many releases of ten revisions each
        #[arg(long, default_value_t = 100)]
        releases: usize,
    },
}

/// Brings the sandbox up and runs a test at full length.
pub(crate) fn prove(proof: &Proof) -> Result<()> {
    let Proof::History { releases } = proof;
    if std::env::var("SANDBOX_STATE").is_err() {
        super::sandbox::up(Want::everything())?;
    }
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--package", "helm-driver", "--test", "cluster"]);
    cargo.args(["--", "--nocapture", "every_generated_history_is_read_as_helm_reads_it"]);
    cargo.env("PROVE_SCALE", releases.to_string());
    if std::env::var("SANDBOX_STATE").is_err() {
        cargo.env("SANDBOX_STATE", super::sandbox::state_file());
    }
    run::run(&mut cargo)
}
