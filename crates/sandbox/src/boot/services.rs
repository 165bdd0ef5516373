//! Programs beside the control plane: stand-ins and whatever else a caller brings.

use camino::Utf8PathBuf;
use std::time::Duration;

use super::start::Starter;
use crate::ledger::Ledger;
use crate::probe::Prober;
use crate::{Error, Layout, Report, State};

/// A program to run as a part of the sandbox, detached as the rest of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name in `status` and `logs`, and in the state's `services`.
    pub name: String,
    /// Program and arguments. Take a port from [`free_port`](crate::free_port).
    pub argv: Vec<String>,
    /// Added to the environment that it inherits.
    pub env: Vec<(String, String)>,
    /// Its base address for tests, as the state will tell it.
    pub url: String,
    /// It is ready when this address answers with a success.
    pub ready: String,
}

/// Starts the services that do not run yet, and writes them into the state.
pub(super) async fn add(
    layout: &Layout,
    mut state: State,
    services: &[Service],
    patience: Duration,
    report: Report<'_>,
) -> Result<State, Error> {
    let prober = Prober::new(&layout.certificate())?;
    for service in services {
        let ledger = Ledger::open(layout)?;
        if ledger.get(&service.name).is_some_and(crate::process::Process::alive) {
            continue;
        }
        let Some((program, arguments)) = service.argv.split_first() else { continue };
        let program = Utf8PathBuf::from(program);
        let mut starter = Starter::new(layout, ledger, patience, &mut *report);
        starter.start_with(&service.name, &program, arguments, &service.env)?;
        starter.ready(&service.name, &prober, &service.ready).await?;
        state.pids.extend(starter.keep());
        state.services.insert(service.name.clone(), service.url.clone());
        state.health.insert(service.name.clone(), service.ready.clone());
        crate::state::write(layout, &state)?;
    }
    Ok(state)
}
