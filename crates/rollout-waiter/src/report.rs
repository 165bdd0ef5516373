//! The result as scripts read it.

use std::sync::Arc;

use jiff::Timestamp;
use names::Namespace;
use serde::Serialize;

use crate::cause::Cause;
use crate::snapshot::{Snapshot, State};
use crate::verdict::{Judgement, Judgements, Verdict};

/// The verdict on the whole and on each object, flat and with every key always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report<'a> {
    /// `ready`, `in-progress` or `failed`.
    pub verdict: Verdict,
    /// One entry for each object that is waited for.
    pub objects: Vec<Row<'a>>,
}

/// One object of a [`Report`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row<'a> {
    /// Kind.
    pub kind: &'a str,
    /// Namespace; null for objects of the whole cluster.
    pub namespace: Option<&'a Namespace>,
    /// Name.
    pub name: &'a str,
    /// `ready`, `in-progress`, `failed` or `advisory`.
    pub verdict: Verdict,
    /// What stands in the way; null where nothing does.
    pub cause: Option<Cause>,
    /// The container at fault.
    pub container: Option<&'a str>,
    /// The cluster's own words, in one line.
    pub evidence: Option<&'a str>,
    /// Since when, by the cluster's clock.
    pub since: Option<Timestamp>,
}

impl<'a> From<&'a Judgement> for Row<'a> {
    fn from(judgement: &'a Judgement) -> Self {
        let finding = judgement.finding.as_ref();
        Self {
            kind: &judgement.object.kind,
            namespace: judgement.object.namespace.as_ref(),
            name: &judgement.object.name,
            verdict: judgement.verdict,
            cause: finding.map(|finding| finding.cause),
            container: finding.and_then(|finding| finding.container.as_deref()),
            evidence: finding.map(|finding| finding.evidence.as_str()),
            since: judgement.since,
        }
    }
}

fn rows(objects: &[Arc<Judgement>]) -> Vec<Row<'_>> {
    objects.iter().map(|judgement| judgement.as_ref().into()).collect()
}

impl Judgements {
    /// The result as scripts read it.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        Report { verdict: self.verdict, objects: rows(&self.objects) }
    }
}

impl Snapshot {
    /// The result as scripts read it.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        let verdict = match self.state {
            State::Ready => Verdict::Ready,
            State::Failed => Verdict::Failed,
            State::Waiting | State::TimedOut => Verdict::InProgress,
        };
        Report { verdict, objects: rows(&self.objects) }
    }
}
