//! One release in work.

use deploy_ledger::{Ledger, Live, LiveStatus, Lock, Store, Verified, digest};
use helm_release::{Release, Status};
use release_plan::StepPlan;

use crate::inputs::Input;

/// A release, its records, and what the run knows of it.
pub(crate) struct Work {
    pub(crate) input: Input,
    pub(crate) store: Store,
    pub(crate) lock: Option<Lock>,
    /// The newest revision, as it was when it was last read.
    pub(crate) live: Option<Release>,
    /// The newest revision that is deployed: what is live, if nobody touched it.
    pub(crate) last: Option<Release>,
    pub(crate) verified: Option<Verified>,
    pub(crate) plan: Option<StepPlan>,
    pub(crate) ledger: Option<Ledger>,
}

impl Work {
    /// The newest revision; zero for none.
    pub(crate) fn base(&self) -> u32 {
        self.live.as_ref().map_or(0, |release| release.revision().get())
    }

    /// The newest revision as a recovery sees it.
    pub(crate) fn seen(&self) -> Option<Live> {
        self.live.as_ref().map(seen)
    }

    /// Whether what is live is what was verified.
    pub(crate) fn is_verified(&self) -> bool {
        match (self.seen(), &self.verified) {
            (Some(live), Some(verified)) => {
                live.status == LiveStatus::Deployed && live.digest == verified.manifest
            }
            _ => false,
        }
    }

    /// Whether the plan would write nothing.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.live.as_ref().is_some_and(|live| *live.status() == Status::Deployed)
            && self.plan.as_ref().is_some_and(StepPlan::is_empty)
    }
}

fn seen(release: &Release) -> Live {
    let status = match release.status() {
        Status::Deployed => LiveStatus::Deployed,
        status if status.is_pending() => LiveStatus::Pending,
        _ => LiveStatus::Ended,
    };
    Live { revision: release.revision().get(), status, digest: digest(release.manifest().as_bytes()) }
}
