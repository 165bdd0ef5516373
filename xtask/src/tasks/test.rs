//! `cargo xtask test`: plain `cargo test`, with a sandbox and the peers around it.

use anyhow::{Context as _, Result};
use clap::Args;

use super::sandbox::Want;
use crate::{peers, run, skips, workspace};

/// How to test.
#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// Install the programs of other projects that tests compare with (needs Debian and root)
    #[arg(long)]
    pub(crate) peers: bool,
    /// Fail where one of these peers is absent
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) require_peers: Vec<String>,
    /// Only what needs no cluster
    #[arg(long)]
    pub(crate) no_sandbox: bool,
    /// Handed on to `cargo test`
    #[arg(last = true)]
    pub(crate) words: Vec<String>,
}

/// Runs all tests and tells what was skipped.
pub(crate) fn test(options: &Options) -> Result<()> {
    if options.peers {
        peers::install()?;
    }
    let folder = workspace::target().join("tests");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {folder}"))?;
    let log = folder.join("skips.log");
    std::fs::write(&log, "").with_context(|| format!("cannot write {log}"))?;
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]).args(&options.words);
    cargo.env("TEST_SKIPS", &log);
    if options.no_sandbox {
        cargo.env_remove("SANDBOX_STATE");
    } else if std::env::var("SANDBOX_STATE").is_err() {
        super::sandbox::up(Want::everything())?;
        cargo.env("SANDBOX_STATE", super::sandbox::state_file());
    }
    run::run(&mut cargo)?;
    let skipped = std::fs::read_to_string(&log).with_context(|| format!("cannot read {log}"))?;
    skips::report(&skipped, &options.require_peers)
}
