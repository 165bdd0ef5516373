//! What an `apply` step wrote, and the manifests of it that were verified last.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The record of one step; manifests may hold secrets.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The run that wrote last.
    pub run: String,
    /// What it was about to write, in the form of whoever undoes it.
    pub objects: Value,
    /// The manifests that it wrote, as they stand in their files.
    #[serde(skip)]
    pub written: Option<String>,
    /// Those that were verified before it.
    #[serde(skip)]
    pub verified: Option<String>,
}

impl Applied {
    /// The manifests that were verified last, where `run` is the run of the last verified release: a run
    /// that died after that has verified what it wrote, too.
    #[must_use]
    pub fn good(&self, run: Option<&str>) -> Option<&str> {
        let own = self.written.as_deref().filter(|_| run == Some(self.run.as_str()));
        own.or(self.verified.as_deref())
    }
}

impl std::fmt::Debug for Applied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Applied").field("run", &self.run).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_verified_run_wrote_is_verified() {
        let record = Applied {
            run: "r2".into(),
            written: Some("new".into()),
            verified: Some("old".into()),
            ..Applied::default()
        };
        assert_eq!(record.good(Some("r2")), Some("new"));
        assert_eq!(record.good(Some("r1")), Some("old"));
        assert_eq!(record.good(None), Some("old"));
        assert_eq!(Applied { written: None, ..record }.good(Some("r2")), Some("old"));
    }
}
