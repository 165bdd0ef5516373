//! Starts components, writes each down at once, and waits until they are ready.

use camino::Utf8Path;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

use crate::ledger::Ledger;
use crate::probe::Prober;
use crate::process::Process;
use crate::{Error, Event, Layout, Report, files};

/// Components on their way up. Dropped before [`Starter::keep`], it ends those it started.
pub(super) struct Starter<'a> {
    layout: &'a Layout,
    ledger: Ledger,
    patience: Duration,
    began: Instant,
    report: Report<'a>,
    started: Vec<Process>,
}

impl<'a> Starter<'a> {
    pub(super) fn new(layout: &'a Layout, ledger: Ledger, patience: Duration, report: Report<'a>) -> Self {
        Self { layout, ledger, patience, began: Instant::now(), report, started: Vec::new() }
    }

    pub(super) fn start(
        &mut self,
        name: &str,
        program: &Utf8Path,
        arguments: &[String],
    ) -> Result<(), Error> {
        self.start_with(name, program, arguments, &[])
    }

    pub(super) fn start_with(
        &mut self,
        name: &str,
        program: &Utf8Path,
        arguments: &[String],
        environment: &[(String, String)],
    ) -> Result<(), Error> {
        let log = self.layout.log(name);
        let process = Process::start(name, program, arguments, environment, &log)?;
        self.started.push(process.clone());
        self.ledger.add(process)
    }

    /// Waits until `url` answers with a success.
    pub(super) async fn ready(&mut self, component: &str, prober: &Prober, url: &str) -> Result<(), Error> {
        self.until(component, component, || prober.ask(url)).await
    }

    /// Waits until a file is there.
    pub(super) async fn file(&mut self, component: &str, path: &Utf8Path) -> Result<(), Error> {
        let there = || async { if path.is_file() { Ok(()) } else { Err(format!("{path} is not there")) } };
        self.wait(component, there).await
    }

    /// Waits until `attempt` succeeds, which `component` sees to, and tells that `what` is ready.
    pub(super) async fn until<F>(
        &mut self,
        component: &str,
        what: &str,
        attempt: impl Fn() -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = Result<(), String>>,
    {
        self.wait(component, attempt).await?;
        let elapsed = self.began.elapsed();
        (self.report)(Event::Ready { component: what.to_owned(), elapsed });
        Ok(())
    }

    async fn wait<F>(&self, component: &str, attempt: impl Fn() -> F) -> Result<(), Error>
    where
        F: Future<Output = Result<(), String>>,
    {
        let deadline = Instant::now() + self.patience;
        loop {
            let last = match attempt().await {
                Ok(()) => return Ok(()),
                Err(last) => last,
            };
            let log = self.layout.log(component);
            if self.ledger.get(component).is_some_and(|process| !process.alive()) {
                let said = files::last_lines(&log, 5).join("\n");
                return Err(Error::Died { component: component.to_owned(), log, said });
            }
            if Instant::now() >= deadline {
                let component = component.to_owned();
                return Err(Error::NotReady { component, after: self.patience, last, log });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The boot succeeded: what was started goes on running.
    pub(super) fn keep(mut self) -> BTreeMap<String, i32> {
        self.started.clear();
        let processes = self.ledger.processes().iter();
        processes.map(|process| (process.name.clone(), process.pid)).collect()
    }
}

impl Drop for Starter<'_> {
    fn drop(&mut self) {
        for process in self.started.iter().rev() {
            process.kill();
            // At worst it stays in the list, dead, and the next boot cleans up.
            let _ = self.ledger.strike(process);
        }
    }
}
