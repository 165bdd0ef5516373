//! The programs a sandbox needs: found where they lie already, built where they are missing.

mod build;
mod golang;
mod pins;
mod search;

pub use pins::Tool;
pub use search::{Search, Source};

use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

use crate::{Error, Event, Report};

/// Programs and where they lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tools(BTreeMap<Tool, Utf8PathBuf>);

impl Tools {
    /// What is there already of `wanted`; nothing is built.
    pub async fn find(search: &Search, wanted: &[Tool]) -> Self {
        let mut found = BTreeMap::new();
        for tool in wanted {
            if let Some(candidate) = search.find(*tool).await {
                found.insert(*tool, candidate.path);
            }
        }
        Self(found)
    }

    /// All of `wanted`: found, or else built from the pinned modules. A build of everything takes
    /// about seven minutes of two cores, so only what is asked for is built.
    ///
    /// # Errors
    /// [`Error::NoGo`] when something is missing and there is no way to build it,
    /// [`Error::Build`] with the compiler's words when a build fails.
    pub async fn ensure(search: &Search, wanted: &[Tool], report: Report<'_>) -> Result<Self, Error> {
        let mut found = BTreeMap::new();
        let mut missing: Vec<Tool> = Vec::new();
        for tool in wanted {
            match search.find(*tool).await {
                Some(candidate) => {
                    report(Event::ToolFound {
                        tool: *tool,
                        path: candidate.path.clone(),
                        source: candidate.source,
                    });
                    found.insert(*tool, candidate.path);
                }
                None => missing.push(*tool),
            }
        }
        if missing.is_empty() {
            return Ok(Self(found));
        }
        let go = golang::compiler(&search.cache).await?;
        while let Some(first) = missing.first().copied() {
            let module = first.module();
            let (these, others) =
                missing.iter().partition::<Vec<Tool>, _>(|tool| tool.module().name == module.name);
            build::build(&go, &search.cache, module, &these, report).await?;
            found.extend(these.iter().map(|tool| (*tool, search.cached(*tool))));
            missing = others;
        }
        Ok(Self(found))
    }

    /// Where `tool` lies, if it was asked for.
    #[must_use]
    pub fn get(&self, tool: Tool) -> Option<&Utf8Path> {
        self.0.get(&tool).map(Utf8PathBuf::as_path)
    }

    /// Where `tool` lies.
    ///
    /// # Errors
    /// [`Error::ToolNotAskedFor`] when it is not among these.
    pub(crate) fn path(&self, tool: Tool) -> Result<&Utf8Path, Error> {
        self.get(tool).ok_or(Error::ToolNotAskedFor { tool })
    }
}
