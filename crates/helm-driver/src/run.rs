//! One run of Helm: start it, listen, keep its time, end it.

use std::sync::Arc;
use std::time::Duration;

use camino::Utf8PathBuf;
use child::{Exit, Memfile, Program, Running};
use tokio::time::{Instant, sleep_until};

use crate::chart::prepare;
use crate::command::Command;
use crate::homes::Scratch;
use crate::progress::{Events, Progress};
use crate::relay::{Gate, Observed, Own, Purpose, Relay, Switch};
use crate::talk::{Talk, rename_all};
use crate::{Error, Helm, Left, outcome};

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
    let scratch = helm.homes().scratch()?;
    let given = tokio::select! {
        given = Given::of(helm, command, &scratch) => given?,
        // Charts may be on their way for minutes.
        () = switch.closed() => return Err(outcome::stopped(&switch.now(), Left::default())),
    };
    let (release, namespace) = command.release();
    let own = Own { release: release.clone(), namespace: namespace.clone() };
    let relay = Relay::start(client, own, purpose, switch.clone(), events.clone()).await?;
    let kubeconfig = Arc::new(relay.kubeconfig()?);
    let arguments = command.arguments(helm.major(), &kubeconfig.path(), &given.chart, &given.values);
    let program = Program::new(helm.path()).args(arguments);
    let program = scratch.apply(helm.homes().apply(program)).hand(kubeconfig);
    let mut running = given.files.into_iter().fold(program, Program::hand).spawn().map_err(Error::Child)?;
    events.send(Progress::Started { pid: running.id() });

    let mut listener = Listener { talk: Talk::default(), names: given.names, events };
    let (exit, timed_out) = attend(&mut running, command.timeout(), switch, &mut listener).await?;
    let gate = switch.now();
    let patience = if purpose == Purpose::Plan { command.timeout() } else { DRAIN };
    let drained = relay.drain(patience).await;
    let mut observed = std::mem::take(&mut *relay.observed());
    observed.writes.sort_by_key(|write| write.number);
    // A plan that does not know how all its dry runs ended is none.
    let timed_out = timed_out || (purpose == Purpose::Plan && !drained);
    Ok(End { exit, talk: listener.talk, timed_out, gate, observed })
}

/// What Helm reads: the chart and the values.
#[derive(Default)]
struct Given {
    /// The chart as an argument; nothing where the command takes none.
    chart: String,
    values: Vec<Utf8PathBuf>,
    files: Vec<Arc<Memfile>>,
    /// What Helm calls a file, and what its operator calls it.
    names: Vec<(Utf8PathBuf, Utf8PathBuf)>,
}

impl Given {
    async fn of(helm: &Helm, command: &Command, scratch: &Scratch) -> Result<Self, Error> {
        let mut given = Self::default();
        let Some(upgrade) = command.upgrade() else { return Ok(given) };
        upgrade.check()?;
        for values in &upgrade.values {
            let file = values.open().await?;
            given.values.push(file.path());
            given.names.push((file.path(), values.name().to_owned()));
            given.files.push(file);
        }
        let chart = prepare(helm, &upgrade.chart, scratch, upgrade.timeout).await?;
        given.names.extend(chart.file.iter().map(|file| (file.path(), upgrade.chart.name().to_owned())));
        given.files.extend(chart.file);
        given.chart = chart.argument;
        Ok(given)
    }
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
    Ok((exit, timed_out))
}

struct Listener<'a> {
    talk: Talk,
    /// What Helm calls a values file, and what its operator calls it.
    names: Vec<(Utf8PathBuf, Utf8PathBuf)>,
    events: &'a Events,
}

impl Listener<'_> {
    fn hear(&mut self, line: String) {
        let text = rename_all(line, &self.names);
        self.events.send(Progress::Said { text: text.clone() });
        self.talk.hear(text);
    }
}
