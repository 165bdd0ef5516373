//! What a verdict is made of.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use names::ObjectRef;
use serde::Serialize;

use crate::cause::Cause;

/// How an object, or the whole, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is what it should be.
    Ready,
    /// It may still become so.
    InProgress,
    /// It will not become so by itself, or not soon.
    Failed,
    /// It is not ready, and nobody need wait for it.
    Advisory,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ready => "ready",
            Self::InProgress => "in progress",
            Self::Failed => "failed",
            Self::Advisory => "advisory",
        })
    }
}

/// The verdict on one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The object that is waited for.
    pub object: ObjectRef,
    /// How it stands.
    pub verdict: Verdict,
    /// How far it is.
    pub progress: Progress,
    /// What stands in the way.
    #[serde(flatten)]
    pub finding: Option<Finding>,
    /// What else a person should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Since when, by the times that the objects carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// What stands in the way of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The class.
    pub cause: Cause,
    /// The object at fault: mostly a pod.
    pub guilty: ObjectRef,
    /// The container at fault.
    pub container: Option<String>,
    /// The cluster's own words, in one line.
    pub evidence: String,
}

/// How far an object is, for example `1/3 available`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// So many are there.
    pub have: i64,
    /// So many are wanted.
    pub want: i64,
    /// Of what.
    pub what: &'static str,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.have, self.want, self.what)
    }
}

/// The verdicts on everything that is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgements {
    /// Of the whole: failed as soon as one object is, ready when none is in progress.
    pub verdict: Verdict,
    /// Of each object.
    pub objects: Vec<Arc<Judgement>>,
    /// When time alone may change a verdict: a grace or a settle time ends.
    #[serde(skip)]
    pub due: Option<Timestamp>,
}

impl Judgements {
    /// The first object that has failed.
    #[must_use]
    pub fn failure(&self) -> Option<&Judgement> {
        self.objects.iter().map(Arc::as_ref).find(|judgement| judgement.verdict == Verdict::Failed)
    }
}

/// A finding, and whether it decides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Opinion {
    pub(crate) finding: Finding,
    pub(crate) fatal: bool,
}

impl Opinion {
    /// The opinion that explains most: one that decides before one that does not, then the order given.
    pub(crate) fn weightiest(opinions: impl IntoIterator<Item = Self>) -> Option<Self> {
        opinions.into_iter().reduce(|best, next| if next.fatal && !best.fatal { next } else { best })
    }
}

/// How one object stands, before it is given its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    pub(crate) verdict: Verdict,
    pub(crate) progress: Progress,
    pub(crate) finding: Option<Finding>,
    pub(crate) note: Option<String>,
}

impl Standing {
    pub(crate) fn ready(progress: Progress) -> Self {
        Self { verdict: Verdict::Ready, progress, finding: None, note: None }
    }

    pub(crate) fn waiting(progress: Progress) -> Self {
        Self { verdict: Verdict::InProgress, progress, finding: None, note: None }
    }

    /// Failed if the opinion decides, in progress otherwise.
    pub(crate) fn by(opinion: Option<Opinion>, progress: Progress) -> Self {
        match opinion {
            Some(Opinion { finding, fatal }) => Self {
                verdict: if fatal { Verdict::Failed } else { Verdict::InProgress },
                progress,
                finding: Some(finding),
                note: None,
            },
            None => Self::waiting(progress),
        }
    }

    pub(crate) fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}
