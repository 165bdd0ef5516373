//! A Job as its controller reports it.

use serde::Deserialize;

use super::lenient;
use super::meta::{Condition, Meta};
use super::workload::Template;

/// A Job.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Job {
    /// Name and owner: a CronJob's Job has one.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// What is wanted.
    #[serde(default, deserialize_with = "lenient::field")]
    pub spec: JobSpec,
    /// What there is.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: JobStatus,
}

/// What a Job wants.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSpec {
    /// How many pods must succeed; absent for a work queue.
    #[serde(default, deserialize_with = "lenient::maybe_count")]
    pub completions: Option<i64>,
    /// Whether it may not start.
    #[serde(default, deserialize_with = "lenient::field")]
    pub suspend: bool,
    /// The pods.
    #[serde(default, deserialize_with = "lenient::field")]
    pub template: Template,
}

/// What a Job has done.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct JobStatus {
    /// Running pods.
    #[serde(default, deserialize_with = "lenient::count")]
    pub active: i64,
    /// Pods that succeeded.
    #[serde(default, deserialize_with = "lenient::count")]
    pub succeeded: i64,
    /// Pods that failed.
    #[serde(default, deserialize_with = "lenient::count")]
    pub failed: i64,
    /// `Complete`, `Failed`, `FailureTarget`, `SuccessCriteriaMet`, `Suspended`.
    #[serde(default, deserialize_with = "lenient::list")]
    pub conditions: Vec<Condition>,
}
