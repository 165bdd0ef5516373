//! The real graph, from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// The packages of the workspace, each with those it needs to be built; tests apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Graph(pub(crate) BTreeMap<String, BTreeSet<String>>);

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    source: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    path: Option<String>,
}

impl Graph {
    /// Reads what `cargo metadata --format-version 1 --no-deps` prints.
    pub(crate) fn parse(json: &str) -> Result<Self> {
        let metadata: Metadata = serde_json::from_str(json).context("cargo metadata printed no metadata")?;
        let own = metadata.packages.into_iter().filter(|package| package.source.is_none());
        let edges = |dependencies: Vec<Dependency>| {
            let needed = |edge: &Dependency| edge.path.is_some() && edge.kind.as_deref() != Some("dev");
            dependencies.into_iter().filter(needed).map(|edge| edge.name).collect()
        };
        Ok(Self(own.map(|package| (package.name, edges(package.dependencies))).collect()))
    }
}
