//! What a check concludes, before it has a name and a time.

use std::time::Duration;

use base_url::shown;
use url::Url;

use crate::run::Check;
use crate::{Cause, CheckResult, Component, Phase, Verdict};

/// A conclusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) verdict: Verdict,
    pub(crate) cause: Option<Cause>,
    pub(crate) seen: String,
    /// Whether the same question may get a better answer in a moment.
    pub(crate) may_settle: bool,
    component: Option<Component>,
    wanted: Option<String>,
    url: Option<String>,
    phase: Option<Phase>,
    last_lines: Vec<String>,
}

impl Finding {
    pub(crate) fn pass(seen: impl Into<String>) -> Self {
        Self::new(Verdict::Pass, None, seen)
    }

    pub(crate) fn degraded(cause: Cause, seen: impl Into<String>) -> Self {
        Self::new(Verdict::Degraded, Some(cause), seen)
    }

    pub(crate) fn fail(cause: Cause, seen: impl Into<String>) -> Self {
        Self::new(Verdict::Fail, Some(cause), seen)
    }

    pub(crate) fn inconclusive(cause: Cause, seen: impl Into<String>) -> Self {
        Self::new(Verdict::Inconclusive, Some(cause), seen)
    }

    pub(crate) fn skipped(seen: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped, None, seen)
    }

    fn new(verdict: Verdict, cause: Option<Cause>, seen: impl Into<String>) -> Self {
        Self {
            verdict,
            cause,
            seen: seen.into(),
            may_settle: false,
            component: None,
            wanted: None,
            url: None,
            phase: None,
            last_lines: Vec::new(),
        }
    }

    /// Where to look, if not where the check looks anyway.
    pub(crate) fn at(mut self, component: Component) -> Self {
        self.component = Some(component);
        self
    }

    pub(crate) fn wanted(mut self, wanted: impl Into<String>) -> Self {
        self.wanted = Some(wanted.into());
        self
    }

    pub(crate) fn url(mut self, url: &Url) -> Self {
        self.url = Some(shown(url));
        self
    }

    pub(crate) fn phase(mut self, phase: Option<Phase>) -> Self {
        self.phase = phase;
        self
    }

    pub(crate) fn last_lines(mut self, lines: Vec<String>) -> Self {
        self.last_lines = lines;
        self
    }

    pub(crate) fn may_settle(mut self) -> Self {
        self.may_settle = true;
        self
    }

    /// Adds a remark that changes nothing.
    pub(crate) fn noting(mut self, remark: &str) -> Self {
        self.seen = format!("{}; {remark}", self.seen);
        self
    }

    /// Adds what happened on the way; a check that passed only after trouble is degraded.
    pub(crate) fn after(mut self, cause: Cause, trouble: &str) -> Self {
        self = self.noting(&format!("before that: {trouble}"));
        if self.verdict == Verdict::Pass {
            self.verdict = Verdict::Degraded;
            self.cause = Some(cause);
        }
        self
    }

    /// Whether checks that build on this one make sense.
    pub(crate) fn carries(&self) -> bool {
        matches!(self.verdict, Verdict::Pass | Verdict::Degraded)
    }

    pub(crate) fn named(self, check: Check, skipped_by: Option<&'static str>, took: Duration) -> CheckResult {
        CheckResult {
            name: check.name,
            component: self.component.unwrap_or(check.component),
            verdict: self.verdict,
            cause: self.cause,
            seen: self.seen,
            wanted: self.wanted,
            url: self.url,
            phase: self.phase,
            last_lines: self.last_lines,
            skipped_by,
            took,
        }
    }
}
