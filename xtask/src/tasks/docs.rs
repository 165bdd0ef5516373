//! `cargo xtask docs`: pages that are made from the program.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{run, workspace};

const PROBLEMS: &str = "docs/reference/problems.md";

/// Makes the pages, or tells that one is stale.
pub(crate) fn docs(check: bool) -> Result<()> {
    super::deploy::build("deploy")?;
    let page = run::output(Command::new(workspace::target().join("debug/deploy")).arg("problems"))?;
    let path = workspace::root().join(PROBLEMS);
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    match (old == page, check) {
        (true, _) => println!("{PROBLEMS} is up to date"),
        (false, true) => bail!("{PROBLEMS} is stale: run `cargo xtask docs`"),
        (false, false) => {
            std::fs::write(&path, page).with_context(|| format!("cannot write {path}"))?;
            println!("{PROBLEMS} is made");
        }
    }
    Ok(())
}
