//! One run of Helm: start it, listen, keep its time, end it.

use std::sync::Arc;
use std::time::Duration;

use camino::Utf8PathBuf;
use child::{Exit, Program, Running};
use tokio::time::{Instant, sleep_until};

use crate::command::Command;
use crate::progress::{Events, Progress};
use crate::relay::{Gate, Observed, Own, Purpose, Relay, Switch};
use crate::talk::Talk;
use crate::{Chart, Error, Helm};

/// A Helm whose every request is refused ends within a second. One that does not waits for a hook,
/// asking again and again, or hangs; with the gate closed no signal can make it lose an object.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between the request to end and the end of the request.
const GRACE: Duration = Duration::from_secs(5);
/// For writes that were under way when Helm ended.
const DRAIN: Duration = Duration::from_secs(10);

/// How a run of Helm ended, before anybody judges it.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) exit: Exit,
    pub(crate) talk: Talk,
    /// Our own clock ran out.
    pub(crate) timed_out: bool,
    /// The gate as it was when Helm ended.
    pub(crate) gate: Gate,
    pub(crate) observed: Observed,
}

/// Runs Helm to its end, whatever end that is.
///
/// # Errors
/// Only where it never began: what it would read is not fit for it, or this machine does not let it run.
pub(crate) async fn drive(
    helm: &Helm,
    client: kube::Client,
    command: &Command,
    purpose: Purpose,
    switch: &Switch,
    events: &Events,
) -> Result<End, Error> {
    let mut files = Vec::new();
    let mut names = Vec::new();
    if let Some(upgrade) = command.upgrade() {
        upgrade.check()?;
        for values in &upgrade.values {
            let file = values.open().await?;
            names.push((file.path(), values.name().to_owned()));
            files.push(file);
        }
    }
    let paths: Vec<Utf8PathBuf> = files.iter().map(|file| file.path()).collect();
    if let Some(chart @ Chart::Packed(packed)) = command.upgrade().map(|upgrade| &upgrade.chart) {
        names.push((packed.archive().path(), chart.path().to_owned()));
        files.push(Arc::clone(packed.archive()));
    }
    let (release, namespace) = command.release();
    let own = Own { release: release.clone(), namespace: namespace.clone() };
    let relay = Relay::start(client, own, purpose, switch.clone(), events.clone()).await?;
    let kubeconfig = Arc::new(relay.kubeconfig()?);
    let scratch = helm.homes().scratch()?;
    let program = Program::new(helm.path()).args(command.arguments(helm.major(), &kubeconfig.path(), &paths));
    let program = scratch.apply(helm.homes().apply(program)).hand(kubeconfig);
    let mut running = files.into_iter().fold(program, Program::hand).spawn().map_err(Error::Child)?;
    events.send(Progress::Started { pid: running.id() });

    let mut listener = Listener { talk: Talk::default(), names, events };
    let (exit, timed_out) = attend(&mut running, command.timeout(), switch, &mut listener).await?;
    let gate = switch.now();
    relay.drain(DRAIN).await;
    let observed = std::mem::take(&mut *relay.observed());
    Ok(End { exit, talk: listener.talk, timed_out, gate, observed })
}

/// Listens until Helm ends; tells it to when its time is over, and makes it when it does not listen.
async fn attend(
    running: &mut Running,
    timeout: Duration,
    switch: &Switch,
    listener: &mut Listener<'_>,
) -> Result<(Exit, bool), Error> {
    let deadline = Instant::now() + timeout;
    let mut timed_out = false;
    let mut patience: Option<Instant> = None;
    loop {
        tokio::select! {
            line = running.next() => match line {
                Some(line) => listener.hear(line.text),
                None => break,
            },
            () = sleep_until(deadline), if !timed_out => {
                timed_out = true;
                switch.cancel(&format!("not finished within {} s", timeout.as_secs_f64()));
            }
            () = switch.closed(), if patience.is_none() => patience = Some(Instant::now() + PATIENCE),
            () = sleep_until(patience.unwrap_or(deadline)), if patience.is_some() => {
                running.stop(GRACE).await.map_err(Error::Child)?;
                break;
            }
        }
    }
    let exit = running.wait().await.map_err(Error::Child)?;
    while let Some(line) = running.next().await {
        listener.hear(line.text);
    }
    Ok((exit, timed_out && !exit.success()))
}

struct Listener<'a> {
    talk: Talk,
    /// What Helm calls a values file, and what its operator calls it.
    names: Vec<(Utf8PathBuf, Utf8PathBuf)>,
    events: &'a Events,
}

impl Listener<'_> {
    fn hear(&mut self, line: String) {
        let text =
            self.names.iter().fold(line, |line, (path, name)| rename(&line, path.as_str(), name.as_str()));
        self.events.send(Progress::Said { text: text.clone() });
        self.talk.hear(text);
    }
}

/// Replaces a path that ends in a number, where no further digit follows.
fn rename(line: &str, path: &str, name: &str) -> String {
    let mut parts = line.split(path);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(if part.starts_with(|c: char| c.is_ascii_digit()) { path } else { name });
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_number_is_renamed() {
        let line = "failed to parse /proc/self/fd/1: and /proc/self/fd/12: x";
        assert_eq!(
            rename(line, "/proc/self/fd/1", "a.yaml"),
            "failed to parse a.yaml: and /proc/self/fd/12: x"
        );
    }
}
