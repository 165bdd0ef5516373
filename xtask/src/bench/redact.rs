//! How fast a log is masked: ours, and an automaton over as many patterns, in one run.

use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;
use serde::Deserialize;

use crate::{run, workspace};

/// What to mask.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many secrets
    #[arg(long, default_value_t = 300)]
    secrets: usize,
    /// How long the log is
    #[arg(long, default_value_t = 50)]
    megabytes: usize,
    /// How often; the fastest counts
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

#[derive(Deserialize)]
struct Figures {
    bytes: f64,
    ours: Search,
    peer: Search,
}

#[derive(Deserialize)]
struct Search {
    patterns: usize,
    build: f64,
    mask: f64,
}

/// Builds the example of the masker, runs it, and prints a table.
pub(crate) fn redact(options: &Options) -> Result<()> {
    let mut cargo = workspace::cargo();
    run::run(cargo.args(["build", "--release", "--package", "redact", "--example", "throughput"]))?;
    let mut example = Command::new(workspace::target().join("release/examples/throughput"));
    example.args([options.secrets, options.megabytes, options.runs].map(|number| number.to_string()));
    let figures: Figures = serde_json::from_str(&run::output(&mut example)?).context("no figures")?;
    println!("| search | patterns | built in ms | MB/s | to the peer |\n|--|--|--|--|--|");
    for (name, search) in [("redact", &figures.ours), ("aho-corasick, NFA", &figures.peer)] {
        let (rate, ratio) = (figures.bytes / search.mask / 1e6, figures.peer.mask / search.mask);
        println!("| {name} | {} | {:.0} | {rate:.0} | {ratio:.1} |", search.patterns, search.build * 1e3);
    }
    Ok(())
}
