//! `cargo xtask docs`: pages that are made from the program.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{run, workspace};

/// Each page, and the hidden command of `deploy` that prints it.
const PAGES: [(&str, &str); 2] =
    [("docs/reference/problems.md", "problems"), ("docs/reference/plan.schema.json", "plan-schema")];

/// Makes the pages, or tells that one is stale.
pub(crate) fn docs(check: bool) -> Result<()> {
    super::deploy::build("deploy")?;
    for (page, command) in PAGES {
        make(page, command, check)?;
    }
    Ok(())
}

fn make(page: &str, command: &str, check: bool) -> Result<()> {
    let text = run::output(Command::new(workspace::target().join("debug/deploy")).arg(command))?;
    let path = workspace::root().join(page);
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    match (old == text, check) {
        (true, _) => println!("{page} is up to date"),
        (false, true) => bail!("{page} is stale: run `cargo xtask docs`"),
        (false, false) => {
            std::fs::write(&path, text).with_context(|| format!("cannot write {path}"))?;
            println!("{page} is made");
        }
    }
    Ok(())
}
