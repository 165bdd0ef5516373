//! `cargo xtask layering`.

use anyhow::{Result, bail};

use crate::layering::{Graph, Room, closure, crowded, violations};
use crate::{run, workspace};

/// Fails with every edge that is not drawn, and every file that is too large.
pub(crate) fn layering() -> Result<()> {
    let root = workspace::root();
    let mut metadata = workspace::cargo();
    metadata.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    let graph = Graph::parse(&run::output(&mut metadata)?)?;
    let rooms = Room::all(&root)?;
    let too_many = closure(|name| {
        let mut tree = workspace::cargo();
        run::output(tree.args([
            "tree",
            "--offline",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--package",
            name,
        ]))
    })?;
    let found: Vec<String> = violations(&graph).into_iter().chain(crowded(&rooms)).chain(too_many).collect();
    if !found.is_empty() {
        bail!("the layering is broken:\n  {}", found.join("\n  "));
    }
    println!("{} crates as drawn, {} source files in size", graph.0.len(), rooms.len());
    Ok(())
}
