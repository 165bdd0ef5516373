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
    /// That a bump ends in one branch and one pull request, whatever breaks at GitHub
    PullRequests {
        /// How many seeded runs
        #[arg(long, default_value_t = 10_000)]
        runs: usize,
    },
}

/// Runs a test at full length.
pub(crate) fn prove(proof: &Proof) -> Result<()> {
    let mut cargo = workspace::cargo();
    match proof {
        Proof::Edits { cases, seed } => {
            cargo.args(["test", "--release", "--package", "chart-bump", "--test", "edit_properties"]);
            cargo.args(["--", "--nocapture", "one_value_changes_and_no_other_byte"]);
            cargo.env("PROPTEST_CASES", cases.to_string()).env("PROPTEST_RNG_SEED", seed.to_string());
        }
        Proof::PullRequests { runs } => {
            cargo.args(["test", "--package", "chart-bump", "--test", "forge"]);
            cargo.args(["--", "--nocapture", "whatever_breaks_there_is_one_branch_and_one_pull_request"]);
            cargo.env("PROVE_SCALE", runs.to_string());
        }
    }
    run::run(&mut cargo)
}
