//! `cargo xtask prove`: the long proofs, whose seeded samples are among the tests.

use anyhow::Result;
use clap::Subcommand;

use crate::fuzz;

/// What to prove.
#[derive(Debug, Subcommand)]
pub(crate) enum Proof {
    /// That no input makes a reader panic or take much memory
    Fuzz(fuzz::Options),
}

/// Runs a proof at full length.
pub(crate) fn prove(proof: &Proof) -> Result<()> {
    match proof {
        Proof::Fuzz(options) => fuzz::fuzz(options),
    }
}
