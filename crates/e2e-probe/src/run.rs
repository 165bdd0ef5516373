//! One run of checks: each starts when the checks it needs have passed.

use std::future::Future;

use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::finding::Finding;
use crate::{CheckResult, Component, Phase, Progress};

/// The name of a check, with where it looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) component: Component,
}

/// What a passed check hands to those that need it, or the name of the check that stopped them.
///
/// The name travels down unchanged, so that one root cause is red once and named everywhere.
pub(crate) type Gate<T> = Result<T, &'static str>;

/// The first of two gates that is shut, or both values.
pub(crate) fn both<A, B>(one: Gate<A>, other: Gate<B>) -> Gate<(A, B)> {
    Ok((one?, other?))
}

/// Where checks report to.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    out: UnboundedSender<Progress>,
}

impl Run {
    pub(crate) fn new(out: UnboundedSender<Progress>) -> Self {
        Self { out }
    }

    /// Runs a check once the gate before it is open.
    pub(crate) async fn check<P, T, F>(
        &self,
        check: Check,
        parent: Gate<P>,
        body: impl FnOnce(P) -> F,
    ) -> Gate<T>
    where
        F: Future<Output = (Finding, Option<T>)>,
    {
        let parent = match parent {
            Ok(parent) => parent,
            Err(by) => {
                self.skip_for(check, by);
                return Err(by);
            }
        };
        self.tell(Progress::CheckStarted { name: check.name });
        let started = Instant::now();
        let (finding, value) = body(parent).await;
        let carries = finding.carries();
        self.done(finding.named(check, None, started.elapsed()));
        value.filter(|_| carries).ok_or(check.name)
    }

    /// Reports a check that was not run because of another one.
    pub(crate) fn skip_for(&self, check: Check, by: &'static str) {
        let finding = Finding::skipped(format!("not asked, because {by} did not pass"));
        self.done(finding.named(check, Some(by), std::time::Duration::ZERO));
    }

    /// Reports a check that was not run because nobody asked for it.
    pub(crate) fn skip_unasked(&self, check: Check, missing: &str) {
        self.done(Finding::skipped(missing).named(check, None, std::time::Duration::ZERO));
    }

    /// Reports the end of a check.
    pub(crate) fn done(&self, result: CheckResult) {
        self.tell(Progress::CheckDone(result));
    }

    /// Passes on what a launch says.
    pub(crate) fn stream(&self, phase: Option<Phase>, message: String) {
        self.tell(Progress::Stream { phase, message });
    }

    fn tell(&self, progress: Progress) {
        // The receiver lives as long as the work does; when both are dropped nobody listens.
        let _ = self.out.send(progress);
    }
}
