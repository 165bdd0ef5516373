//! The last release whose checks passed, whole: Helm prunes its own copies.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Mark;

/// A verified release.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// The revision at the time of its verification.
    pub revision: u32,
    /// Digest of its manifest.
    pub manifest: String,
    /// Digest of the payload.
    pub digest: String,
    /// The run that verified it.
    pub run: String,
    /// The commit it was deployed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Helm's own release record, as Helm stores it. Holds the values, hence secrets.
    #[serde(skip)]
    payload: Vec<u8>,
}

impl Verified {
    /// A release that was just verified; `payload` is Helm's record of it.
    #[must_use]
    pub fn new(
        revision: u32,
        manifest: &str,
        payload: Vec<u8>,
        run: &str,
        commit: Option<&str>,
        at: Timestamp,
    ) -> Self {
        Self {
            revision,
            manifest: digest(manifest.as_bytes()),
            digest: digest(&payload),
            run: run.to_owned(),
            commit: commit.map(str::to_owned),
            at,
            payload,
        }
    }

    /// Helm's record.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// What a recovery needs of it.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { revision: self.revision, digest: self.manifest.clone() }
    }

    /// The record with its payload, or none where the payload is not the one that was verified.
    pub(crate) fn with_payload(mut self, payload: Vec<u8>) -> Option<Self> {
        let whole = digest(&payload) == self.digest;
        self.payload = payload;
        whole.then_some(self)
    }
}

impl std::fmt::Debug for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified")
            .field("revision", &self.revision)
            .field("run", &self.run)
            .finish_non_exhaustive()
    }
}

/// SHA-256 of some bytes, with its name before it.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
