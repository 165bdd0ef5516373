//! The parts of a run, in their order.

/// A part of the run; a member passes through most of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Tools, files, clusters: all that can be known to fail before anything is written.
    Preflight,
    /// Secrets opened in memory.
    Unlock,
    /// One run at a time on a release.
    Lock,
    /// What a dead run left is settled.
    Recover,
    /// The checks before the first write.
    Baseline,
    /// What would change.
    Plan,
    /// The start is marked in Grafana.
    Announce,
    /// Manifests are applied.
    Apply,
    /// A program of the repository runs.
    Run,
    /// Helm writes.
    Upgrade,
    /// The workloads follow.
    Rollout,
    /// A user would be served.
    Verify,
    /// The member is put back.
    Rollback,
    /// Records are closed.
    Settle,
}

impl Stage {
    /// The stage as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preflight => "preflight",
            Self::Unlock => "unlock",
            Self::Lock => "lock",
            Self::Recover => "recover",
            Self::Baseline => "baseline",
            Self::Plan => "plan",
            Self::Announce => "announce",
            Self::Apply => "apply",
            Self::Run => "run",
            Self::Upgrade => "upgrade",
            Self::Rollout => "rollout",
            Self::Verify => "verify",
            Self::Rollback => "rollback",
            Self::Settle => "settle",
        }
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
