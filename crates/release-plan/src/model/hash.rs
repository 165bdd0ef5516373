//! The hash of a plan.

use sha2::{Digest as _, Sha256};

/// SHA-256 in lower-case hexadecimal.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(transparent)]
pub struct PlanHash(#[schemars(regex(pattern = "^[0-9a-f]{64}$"))] String);

impl PlanHash {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(crate::hex(&Sha256::digest(bytes)))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PlanHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}
