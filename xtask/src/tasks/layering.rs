//! `cargo xtask layering`.

use anyhow::{Result, bail};

use crate::layering::{Graph, Room, crowded, violations};
use crate::{run, workspace};

/// Fails with every edge that is not drawn, and every file that is too large.
pub(crate) fn layering() -> Result<()> {
    let root = workspace::root();
    let mut metadata = workspace::cargo();
    metadata.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    let graph = Graph::parse(&run::output(&mut metadata)?)?;
    let rooms = Room::all(&root)?;
    let found: Vec<String> = violations(&graph).into_iter().chain(crowded(&rooms)).collect();
    if !found.is_empty() {
        bail!("the layering is broken:\n  {}", found.join("\n  "));
    }
    println!("{} crates as drawn, {} source files in size", graph.0.len(), rooms.len());
    Ok(())
}
