//! Any object that reports by generations and conditions, whatever its kind.

use serde::Deserialize;

use super::kind::Kind;
use super::lenient;
use super::meta::{Condition, Meta};

/// An object of a kind without rules of its own pods.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Group and version, `cert-manager.io/v1`; lists of built-in kinds leave it out.
    #[serde(default, deserialize_with = "lenient::field")]
    pub api_version: String,
    /// The kind's own name.
    #[serde(default, deserialize_with = "lenient::field")]
    pub kind: String,
    /// Name and generation.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// What its controller reports.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: ResourceStatus,
    #[serde(skip)]
    pub(crate) known: Option<Kind>,
}

/// What a controller reports of its object.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceStatus {
    /// The generation that the controller has seen; some write it in quotes.
    #[serde(default, deserialize_with = "lenient::maybe_count")]
    pub observed_generation: Option<i64>,
    /// Whatever the kind asserts.
    #[serde(default, deserialize_with = "lenient::list")]
    pub conditions: Vec<Condition>,
    /// Certificates: how often in a row the issuer failed.
    #[serde(default, deserialize_with = "lenient::count")]
    pub failed_issuance_attempts: i64,
    /// Orders of certificates: `invalid` is the end.
    #[serde(default, deserialize_with = "lenient::field")]
    pub state: String,
    /// Why an order is in that state.
    #[serde(default, deserialize_with = "lenient::field")]
    pub reason: String,
}

impl Resource {
    /// The API group.
    pub(crate) fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}
