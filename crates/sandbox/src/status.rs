//! What runs, how well, and how much memory it takes.

use serde::Serialize;

use crate::ledger::Ledger;
use crate::probe::Prober;
use crate::{Error, Layout, State, Tool, files, state};

/// One process of a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Component {
    /// Its name, as `logs` takes it.
    pub name: String,
    /// Its process.
    pub pid: i32,
    /// Whether that process still runs.
    pub alive: bool,
    /// Whether it says it is well.
    pub healthy: bool,
    /// What it says instead.
    pub complaint: Option<String>,
    /// Its resident memory in bytes.
    pub resident_bytes: Option<u64>,
    /// The pinned version, of components that have one.
    pub version: Option<&'static str>,
}

/// The components of the sandbox in `layout`, in the order of their start; none when it is down.
///
/// # Errors
/// [`Error::Unreadable`] when its files are of another version.
pub async fn status(layout: &Layout) -> Result<Vec<Component>, Error> {
    let ledger = Ledger::open(layout)?;
    if ledger.processes().is_empty() {
        return Ok(Vec::new());
    }
    let state = state::read(layout)?;
    let prober = match &state {
        Some(_) => Some(Prober::new(&layout.certificate())?),
        None => None,
    };
    let mut components = Vec::new();
    for process in ledger.processes() {
        let said = match (&state, &prober) {
            (Some(state), Some(prober)) => match state.health.get(&process.name) {
                Some(url) => prober.ask(url).await,
                None => Ok(()),
            },
            _ => Err("the sandbox's boot is not finished".to_owned()),
        };
        let alive = process.alive();
        components.push(Component {
            name: process.name.clone(),
            pid: process.pid,
            alive,
            healthy: alive && said.is_ok(),
            complaint: said.err(),
            resident_bytes: process.resident(),
            version: version(&process.name),
        });
    }
    Ok(components)
}

/// The state of a sandbox of which every process lives and every component is well.
pub(crate) async fn healthy_state(layout: &Layout) -> Result<Option<State>, Error> {
    let Ok(Some(state)) = state::read(layout) else {
        return Ok(None);
    };
    let Ok(components) = status(layout).await else {
        return Ok(None);
    };
    let services = |name: &str| state.services.contains_key(name);
    let well = components.iter().all(|component| component.healthy || services(&component.name));
    Ok((well && !components.is_empty()).then_some(state))
}

/// The last `lines` lines that a component printed.
///
/// # Errors
/// [`Error::NoComponent`] names those there are.
pub fn logs(layout: &Layout, component: &str, lines: usize) -> Result<Vec<String>, Error> {
    let log = layout.log(component);
    if log.is_file() {
        return Ok(files::last_lines(&log, lines));
    }
    let ledger = Ledger::open(layout)?;
    let known = ledger.processes().iter().map(|process| process.name.clone()).collect();
    Err(Error::NoComponent { name: component.to_owned(), known })
}

fn version(component: &str) -> Option<&'static str> {
    Tool::CORE.into_iter().find(|tool| tool.file() == component).map(Tool::version)
}
