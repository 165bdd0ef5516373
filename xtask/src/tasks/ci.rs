//! `cargo xtask ci`: everything that must be green, with a table of times.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Args;

use super::test;
use crate::{run, workspace};

/// What beyond the usual.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Also check licences, sources and bans (needs cargo-deny)
    #[arg(long)]
    deny: bool,
    /// Fail where one of these peers is absent
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    require_peers: Vec<String>,
}

/// Runs the checks in order; the first that is red ends them, and the times are told all the same.
pub(crate) fn ci(options: &Options) -> Result<()> {
    let mut times = Vec::new();
    let done = checks(options, &mut times);
    println!("{:<12} {:>8}", "check", "seconds");
    for (name, took) in &times {
        println!("{name:<12} {:>8.1}", took.as_secs_f64());
    }
    done
}

fn checks(options: &Options, times: &mut Vec<(&'static str, Duration)>) -> Result<()> {
    let mut check = |name: &'static str, work: &mut dyn FnMut() -> Result<()>| {
        eprintln!("== {name}");
        let began = Instant::now();
        let done = work().with_context(|| format!("{name} is red"));
        times.push((name, began.elapsed()));
        done
    };
    check("format", &mut || cargo(&["fmt", "--all", "--", "--check"]))?;
    check("layering", &mut super::layering::layering)?;
    check("clippy", &mut || {
        cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
    })?;
    check("docs", &mut || super::docs::docs(true))?;
    check("rustdoc", &mut rustdoc)?;
    if options.deny {
        check("deny", &mut || cargo(&["deny", "--offline", "check", "bans", "licenses", "sources"]))?;
    }
    check("test", &mut || {
        let require_peers = options.require_peers.clone();
        test::test(&test::Options { peers: true, require_peers, ..test::Options::default() })
    })
}

fn rustdoc() -> Result<()> {
    let mut doc = workspace::cargo();
    doc.args(["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
    run::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

fn cargo(words: &[&str]) -> Result<()> {
    run::run(workspace::cargo().args(words))
}
