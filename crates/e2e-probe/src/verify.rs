//! The run as a stream: which check needs which, and what a caller sees of it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::checks::health::{self, Together};
use crate::checks::{HEALTH, HUB_API, HUB_HEALTH, OPEN, PAGE, READY, SERVER, SHUTDOWN, VERSIONS};
use crate::checks::{hub, page, versions};
use crate::finding::Finding;
use crate::http::Http;
use crate::launch::{Launched, launch};
use crate::run::{Gate, Run, both};
use crate::server::{Farewells, Server};
use crate::{BinderHub, Budgets, CheckResult, JupyterHub, Overall, Phase, Report, Target};

/// What a run tells while it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Progress {
    /// A check began. Checks that do not need each other overlap.
    CheckStarted {
        /// Its name.
        name: &'static str,
    },
    /// The launch said something, in one line that is safe to show.
    Stream {
        /// The phase it is in.
        phase: Option<Phase>,
        /// What it said; empty when only the phase changed.
        message: String,
    },
    /// A check ended, or was skipped.
    CheckDone(CheckResult),
    /// All of them ended. The last item.
    Finished(Report),
}

/// A run of the checks: a stream of [`Progress`] that ends after [`Progress::Finished`].
///
/// Nothing happens unless it is polled. Dropping it stops the run; a server that it launched is
/// then stopped by a task of the current runtime, within 10 s, if the runtime lives that long.
/// [`Verification::stop`] waits for that. A launch that is not `ready` yet cannot be taken back:
/// BinderHub goes on with it, and the hub's culler ends its server.
pub struct Verification {
    work: Work,
    inbox: UnboundedReceiver<Progress>,
    farewells: UnboundedReceiver<JoinHandle<()>>,
    results: Vec<CheckResult>,
    started: Option<Instant>,
}

/// How far the run is; it yields the image that was launched.
enum Work {
    Going(Pin<Box<dyn Future<Output = Option<String>> + Send>>),
    Done(Option<String>),
    Over,
}

/// Verifies `target` with a client that [`client_builder`](crate::client_builder) has set up.
#[must_use = "nothing happens unless the stream is polled"]
pub fn verify(client: reqwest::Client, target: Target, budgets: Budgets) -> Verification {
    let (out, inbox) = unbounded_channel();
    let (farewells_out, farewells) = unbounded_channel();
    let work = async move {
        let (run, http) = (Run::new(out), Http { client, budgets });
        match target {
            Target::BinderHub(target) => binderhub(&run, &http, &target, farewells_out).await,
            Target::JupyterHub(target) => {
                jupyterhub(&run, &http, &target).await;
                None
            }
        }
    };
    Verification { work: Work::Going(Box::pin(work)), inbox, farewells, results: Vec::new(), started: None }
}

impl Verification {
    /// Ends the run now, and waits until the server it launched was told to stop.
    pub async fn stop(mut self) {
        self.work = Work::Over;
        while let Some(farewell) = self.farewells.recv().await {
            // A task that panicked has nothing more to say.
            let _ = farewell.await;
        }
    }

    /// Runs to the end and returns the report alone.
    pub async fn report(mut self) -> Report {
        while let Some(progress) = futures::StreamExt::next(&mut self).await {
            if let Progress::Finished(report) = progress {
                return report;
            }
        }
        // Only after the report was taken from the stream.
        Report { verdict: Overall::Inconclusive, checks: self.results, image: None, took: Default::default() }
    }
}

impl Stream for Verification {
    type Item = Progress;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Progress>> {
        let this = &mut *self;
        let started = *this.started.get_or_insert_with(Instant::now);
        loop {
            // First what was said, then more work: what waits is never more than one poll brings.
            if let Ok(progress) = this.inbox.try_recv() {
                if let Progress::CheckDone(result) = &progress {
                    this.results.push(result.clone());
                }
                return Poll::Ready(Some(progress));
            }
            match std::mem::replace(&mut this.work, Work::Over) {
                Work::Going(mut work) => match work.as_mut().poll(context) {
                    Poll::Ready(image) => this.work = Work::Done(image),
                    Poll::Pending => {
                        this.work = Work::Going(work);
                        if this.inbox.is_empty() {
                            return Poll::Pending;
                        }
                    }
                },
                Work::Done(image) => {
                    let checks = std::mem::take(&mut this.results);
                    let report = Report::new(checks, image, started.elapsed());
                    return Poll::Ready(Some(Progress::Finished(report)));
                }
                Work::Over => return Poll::Ready(None),
            }
        }
    }
}

/// The checks of a BinderHub. A shut gate goes down to everything that would only say the same.
async fn binderhub(run: &Run, http: &Http, target: &BinderHub, farewells: Farewells) -> Option<String> {
    let base = &target.binder;
    let (versions, hub) = tokio::join!(
        run.check(VERSIONS, Ok(()), |()| versions::check(http, base, &target.expected)),
        hub_of(run, http, target),
    );
    let page = async {
        match target.page {
            true => {
                let _ = run.check(PAGE, versions, |()| page::check(http, base)).await;
            }
            false => run.skip_unasked(PAGE, "the page was not asked for"),
        }
    };
    let reachable = both(versions, hub).map(|_| ());
    let (first_good, a_good_sample) = oneshot::channel();
    let (over, launch_over) = oneshot::channel::<()>();
    let together = Together { first_good, launch_over };
    let health = run.check(HEALTH, reachable, |()| health::check(http, base, together));
    let launched = async {
        // A health check that ends without a good word drops its end of the channel.
        let gate = match reachable {
            Ok(()) => a_good_sample.await.map_err(|_| HEALTH.name),
            Err(by) => Err(by),
        };
        let image = launched(run, http, target, gate, farewells).await;
        drop(over);
        image
    };
    let (_, _, image) = tokio::join!(page, health, launched);
    image
}

async fn hub_of(run: &Run, http: &Http, target: &BinderHub) -> Gate<()> {
    match &target.hub {
        Some(hub) => hub::checks(run, http, hub, target.expected.jupyterhub.as_deref()).await,
        None => {
            run.skip_unasked(HUB_HEALTH, "no URL of the hub was given");
            run.skip_unasked(HUB_API, "no URL of the hub was given");
            Ok(())
        }
    }
}

/// The launch, and what a user does next; the image it ran.
async fn launched(
    run: &Run,
    http: &Http,
    target: &BinderHub,
    gate: Gate<()>,
    farewells: Farewells,
) -> Option<String> {
    let Some(spec) = &target.launch else {
        for check in [READY, OPEN, SERVER, SHUTDOWN] {
            run.skip_unasked(check, "nothing to launch was given");
        }
        return None;
    };
    match run.check(READY, gate, |()| launch(run, http, &target.binder, spec, farewells)).await {
        Ok(Launched { server, image }) => {
            used(run, server).await;
            image
        }
        Err(by) => {
            for check in [OPEN, SERVER, SHUTDOWN] {
                run.skip_for(check, by);
            }
            None
        }
    }
}

/// Uses the server and always stops it. Where it could not be used, stopping it is no check of
/// its own, since it goes the same way; it is tried all the same, and its outcome is told.
async fn used(run: &Run, server: Server) {
    let closed = run.check(OPEN, Ok(()), |()| server.closed()).await;
    let works = run.check(SERVER, closed, |()| server.works()).await;
    match works {
        Ok(()) => {
            let _ = run.check(SHUTDOWN, works, |()| async { (server.stop().await, Some(())) }).await;
        }
        Err(by) => {
            let stopped = server.stop().await;
            let seen = format!("not asked, because {by} did not pass; the server: {}", stopped.seen);
            run.done(Finding::skipped(seen).named(SHUTDOWN, Some(by), std::time::Duration::ZERO));
        }
    }
}

async fn jupyterhub(run: &Run, http: &Http, target: &JupyterHub) {
    let _ = hub::checks(run, http, &target.hub, target.version.as_deref()).await;
}
