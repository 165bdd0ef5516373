//! How often a container has failed, counted from its state alone.
//!
//! The reason `CrashLoopBackOff` is not waited for: it is written up to 15 seconds after the
//! failure and often stands for less than a fifth of a second.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::{Pod, Slot, Terminated};

/// The kubelet forgives earlier failures after a run of this length; so do we.
const FORGIVEN_AFTER: Duration = Duration::from_secs(600);

/// The failures of one container of one pod.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Runs {
    total: i64,
    forgiven: i64,
    /// How the last run ended.
    pub(crate) last: Option<Terminated>,
    /// The last message about its image that says more than "back-off".
    pub(crate) pull: Option<String>,
}

impl Runs {
    /// Failures that count.
    pub(crate) fn failures(&self) -> i64 {
        self.total - self.forgiven
    }

    /// How long the last run lasted; the kubelet writes whole seconds.
    pub(crate) fn last_run(&self) -> Duration {
        self.last.as_ref().map(length).unwrap_or_default()
    }

    pub(crate) fn observe(&mut self, pod: &Pod, slot: Slot<'_>, now: Timestamp, first: bool) {
        let status = slot.status;
        let ended = status.state.terminated.as_ref().or(status.last_state.terminated.as_ref());
        if let Some(ended) = ended {
            self.last = Some(ended.clone());
        }
        let total = failures(pod, slot);
        if total > self.total {
            if self.last_run() >= FORGIVEN_AFTER {
                self.forgiven = total - 1;
            } else if first && has_long_been_ready(pod, now) {
                self.forgiven = total;
            }
        }
        self.total = self.total.max(total);
        if let Some(waiting) = &status.state.waiting
            && matches!(waiting.reason.as_str(), "ErrImagePull" | "ImagePullBackOff")
            && (waiting.reason == "ErrImagePull" || waiting.message.contains("ErrImagePull"))
        {
            self.pull = Some(waiting.message.clone());
        }
    }
}

/// The runs that have ended badly: every restart stands for one, and so does an end not yet followed
/// by a restart.
fn failures(pod: &Pod, slot: Slot<'_>) -> i64 {
    let status = slot.status;
    let may_end_well =
        slot.is_init() || pod.spec.restart_policy == "Never" || pod.spec.restart_policy == "OnFailure";
    let failed = |ended: &Terminated| ended.exit_code != 0 || !may_end_well;
    if let Some(ended) = &status.state.terminated {
        return if failed(ended) { status.restart_count + 1 } else { 0 };
    }
    let between = matches!(status.state.waits_for(), "CrashLoopBackOff" | "RunContainerError");
    if between && status.last_state.terminated.as_ref().is_some_and(failed) {
        return status.restart_count + 1;
    }
    status.restart_count
}

fn has_long_been_ready(pod: &Pod, now: Timestamp) -> bool {
    let since = pod
        .ready_condition()
        .filter(|ready| ready.status == "True")
        .and_then(|ready| ready.last_transition_time);
    since.is_some_and(|since| {
        now.duration_since(since) >= jiff::SignedDuration::try_from(FORGIVEN_AFTER).unwrap_or_default()
    })
}

fn length(run: &Terminated) -> Duration {
    match (run.started_at, run.finished_at) {
        // A container that could not be started was "started" in 1970.
        (Some(start), Some(end)) if start > Timestamp::UNIX_EPOCH => {
            end.duration_since(start).try_into().unwrap_or_default()
        }
        _ => Duration::ZERO,
    }
}
