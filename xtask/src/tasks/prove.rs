//! `cargo xtask prove`: the long proofs, whose seeded samples are among the tests.

use anyhow::Result;
use clap::Subcommand;

use super::sandbox::Want;
use crate::{peers, run, workspace};

/// What to prove.
#[derive(Debug, Subcommand)]
pub(crate) enum Proof {
    /// That every encoding of random secrets is masked, wherever the text is cut
    Redact {
        /// How many secrets
        #[arg(long, default_value_t = 10_000)]
        secrets: usize,
    },
    /// That no byte of an opened secret reaches a disk, an argument or an environment (needs root)
    Residue {
        /// How many runs are killed at random points
        #[arg(long, default_value_t = 100)]
        kills: usize,
    },
}

/// Runs a test at full length.
pub(crate) fn prove(proof: &Proof) -> Result<()> {
    let mut cargo = workspace::cargo();
    match proof {
        Proof::Redact { secrets } => {
            cargo.args(["test", "--release", "--package", "redact", "--test", "mask", "--", "--nocapture"]);
            cargo.args(["every_encoding_of_many_secrets", "nothing_of_a_plain_configuration"]);
            cargo.env("PROVE_SCALE", secrets.to_string());
        }
        Proof::Residue { kills } => {
            peers::install()?;
            if std::env::var("SANDBOX_STATE").is_err() {
                super::sandbox::up(Want::everything())?;
                cargo.env("SANDBOX_STATE", super::sandbox::state_file());
            }
            cargo.args(["test", "--package", "deploy", "--test", "residue", "--", "--nocapture"]);
            cargo.env("PROVE_SCALE", kills.to_string());
        }
    }
    run::run(&mut cargo)
}
