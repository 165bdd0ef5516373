//! `cargo xtask prove`: the long proofs, whose seeded samples are among the tests.

use anyhow::Result;
use clap::Subcommand;

use crate::{run, workspace};

/// What to prove.
#[derive(Debug, Subcommand)]
pub(crate) enum Proof {
    /// That an edit changes one value and no other byte, over generated documents of every style
    Edits {
        /// How many edits
        #[arg(long, default_value_t = 1_000_000)]
        cases: u32,
        /// Where the generator begins
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

/// Runs a test at full length.
pub(crate) fn prove(proof: &Proof) -> Result<()> {
    let Proof::Edits { cases, seed } = proof;
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--release", "--package", "chart-bump", "--test", "edit_properties"]);
    cargo.args(["--", "--nocapture", "one_value_changes_and_no_other_byte"]);
    cargo.env("PROPTEST_CASES", cases.to_string()).env("PROPTEST_RNG_SEED", seed.to_string());
    run::run(&mut cargo)
}
