//! `cargo xtask prove`: the long proofs, whose seeded samples are among the tests.

use std::process::Command;

use anyhow::Result;
use clap::Subcommand;

use super::sandbox::{Want, state_file, up};
use crate::{fuzz, peers, run, workspace};

/// What to prove.
#[derive(Debug, Subcommand)]
pub(crate) enum Proof {
    /// That no input makes a reader panic or take much memory
    Fuzz(fuzz::Options),
    /// That files and keys are those of git-crypt, byte for byte, in both directions
    GitCrypt,
    /// That generated histories are read as both Helms read them
    History {
        /// How many releases of ten revisions each
        #[arg(long, default_value_t = 100)]
        releases: usize,
    },
    /// That secrets planted anywhere in manifests and values are nowhere in a plan
    PlanSecrets {
        /// How many plants; the seed is fixed
        #[arg(long, default_value_t = 10_000)]
        cases: u32,
    },
    /// That an edit changes one value and no other byte, over generated documents of every style
    Edits {
        /// How many edits
        #[arg(long, default_value_t = 1_000_000)]
        cases: u32,
        /// Where the generator begins
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// That a bump, alone or in a group, ends in one branch and one pull request, whatever breaks at GitHub
    PullRequests {
        /// How many seeded runs
        #[arg(long, default_value_t = 10_000)]
        runs: usize,
    },
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

/// Runs a proof at full length.
pub(crate) fn prove(proof: &Proof) -> Result<()> {
    match proof {
        Proof::Fuzz(options) => fuzz::fuzz(options),
        Proof::GitCrypt => {
            peers::install()?;
            run::run(test("secret-vault", "interop", "").env("PROVE_SCALE", "full"))?;
            run::run(&mut test("deploy", "git_crypt", ""))
        }
        Proof::History { releases } => {
            let history = test("helm-driver", "cluster", "every_generated_history_is_read_as_helm_reads_it");
            run::run(on_sandbox(history)?.env("PROVE_SCALE", releases.to_string()))
        }
        Proof::PlanSecrets { cases } => {
            run::run(test("release-plan", "it", "planted").env("PROVE_CASES", cases.to_string()))
        }
        Proof::Edits { cases, seed } => {
            let mut edits = test("chart-bump", "edit_properties", "one_value_changes_and_no_other_byte");
            edits.env("PROPTEST_CASES", cases.to_string()).env("PROPTEST_RNG_SEED", seed.to_string());
            run::run(&mut edits)
        }
        Proof::PullRequests { runs } => {
            let name = "whatever_breaks_there_is_one_branch_and_one_pull_request";
            run::run(test("chart-bump", "forge", name).env("PROVE_SCALE", runs.to_string()))
        }
        Proof::Redact { secrets } => {
            let mut masked = test("redact", "mask", "every_encoding_of_many_secrets");
            masked.arg("nothing_of_a_plain_configuration");
            run::run(masked.env("PROVE_SCALE", secrets.to_string()))
        }
        Proof::Residue { kills } => {
            peers::install()?;
            run::run(on_sandbox(test("deploy", "residue", ""))?.env("PROVE_SCALE", kills.to_string()))
        }
    }
}

/// One test file of a package, or the tests in it whose names hold `filter`, with what they say.
fn test(package: &str, file: &str, filter: &str) -> Command {
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--package", package, "--test", file, "--", "--nocapture"]);
    cargo.args((!filter.is_empty()).then_some(filter));
    cargo
}

/// The same against a sandbox, which is brought up where none is named.
fn on_sandbox(mut test: Command) -> Result<Command> {
    if std::env::var("SANDBOX_STATE").is_err() {
        up(Want::everything())?;
        test.env("SANDBOX_STATE", state_file());
    }
    Ok(test)
}
