//! A claim on storage as the volume controller reports it.

use serde::Deserialize;

use super::lenient;
use super::meta::Meta;

/// A PersistentVolumeClaim.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Claim {
    /// Name.
    #[serde(default, deserialize_with = "lenient::field")]
    pub metadata: Meta,
    /// What there is.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: ClaimStatus,
}

/// Whether a claim has a volume.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct ClaimStatus {
    /// `Pending`, `Bound` or `Lost`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub phase: String,
}
