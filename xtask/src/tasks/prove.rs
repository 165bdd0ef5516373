//! `cargo xtask prove`: the long proofs, whose seeded samples are among the tests.

use anyhow::Result;
use clap::Subcommand;

use crate::{peers, run, workspace};

/// What to prove.
#[derive(Debug, Subcommand)]
pub(crate) enum Proof {
    /// That files and keys are those of git-crypt, byte for byte, in both directions
    GitCrypt,
}

/// Runs the tests at full length.
pub(crate) fn prove(proof: &Proof) -> Result<()> {
    let Proof::GitCrypt = proof;
    peers::install()?;
    let mut interop = workspace::cargo();
    interop.args(["test", "--package", "secret-vault", "--test", "interop", "--", "--nocapture"]);
    run::run(interop.env("PROVE_SCALE", "full"))?;
    let mut commands = workspace::cargo();
    commands.args(["test", "--package", "deploy", "--test", "git_crypt", "--", "--nocapture"]);
    run::run(&mut commands)
}
