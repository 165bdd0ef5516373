//! The list of started processes on disk: what `down` may end, and nothing else.

use std::time::Duration;
use tokio::time::Instant;

use crate::process::Process;
use crate::{Error, Layout, files};

/// How long a component may take to end by itself. An API server whose etcd is gone never does.
const GRACE: Duration = Duration::from_secs(3);

/// The processes of one sandbox, in the order of their start.
#[derive(Debug)]
pub(crate) struct Ledger {
    layout: Layout,
    processes: Vec<Process>,
}

impl Ledger {
    /// What the sandbox in `layout` started; empty when there is none.
    pub(crate) fn open(layout: &Layout) -> Result<Self, Error> {
        let path = layout.ledger();
        let processes = match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).map_err(|source| Error::Unreadable { path, source })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(crate::error::io("read", &path)(error)),
        };
        Ok(Self { layout: layout.clone(), processes })
    }

    /// Writes a process down as soon as it runs.
    pub(crate) fn add(&mut self, process: Process) -> Result<(), Error> {
        self.processes.retain(|known| known.name != process.name);
        self.processes.push(process);
        self.write()
    }

    /// Strikes a process out that is gone.
    pub(crate) fn strike(&mut self, process: &Process) -> Result<(), Error> {
        self.processes.retain(|known| known != process);
        self.write()
    }

    fn write(&self) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(&self.processes)
            .map_err(|source| Error::Unreadable { path: self.layout.ledger(), source })?;
        files::write(&self.layout.ledger(), &text)
    }

    pub(crate) fn processes(&self) -> &[Process] {
        &self.processes
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Process> {
        self.processes.iter().find(|process| process.name == name)
    }

    /// Ends everything, users of the API server first, then it, then its store.
    /// Returns how many were still alive.
    pub(crate) async fn end_all(&self) -> usize {
        let alive = self.processes.iter().filter(|process| process.alive()).count();
        for wave in self.waves() {
            for process in &wave {
                process.terminate();
            }
            let deadline = Instant::now() + GRACE;
            while wave.iter().any(|process| process.alive()) && Instant::now() < deadline {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            for process in &wave {
                process.kill();
            }
        }
        alive
    }

    fn waves(&self) -> [Vec<&Process>; 3] {
        let mut waves = [Vec::new(), Vec::new(), Vec::new()];
        let [users, server, store] = &mut waves;
        for process in self.processes.iter().rev() {
            match process.name.as_str() {
                "etcd" => store.push(process),
                "kube-apiserver" => server.push(process),
                _ => users.push(process),
            }
        }
        waves
    }
}
