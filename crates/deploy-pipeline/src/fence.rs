//! Whether a member may still be written to: the loss of any of its locks ends that for all stages.

use std::sync::Arc;

use deploy_ledger::Lock;
use names::ReleaseName;
use tokio::sync::watch;

use crate::{Error, Stop, Why};

/// Stands while every lock of the member is held; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Fence(Arc<watch::Sender<Option<ReleaseName>>>);

impl Default for Fence {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Fence {
    /// Falls when `lock` is lost.
    pub(crate) fn rest_on(&self, lock: &Lock, release: &ReleaseName) {
        let (mut lost, fence, release) = (lock.lost(), self.clone(), release.clone());
        tokio::spawn(async move {
            // The other end goes away with a lock that was given back: then there is nothing to lose.
            if lost.wait_for(|lost| *lost).await.is_ok() {
                fence.0.send_replace(Some(release));
            }
        });
    }

    /// Ends when it falls.
    pub(crate) async fn falls(&self) -> Stop {
        let mut fallen = self.0.subscribe();
        // The sender lives as long as `self`, so the wait only ends with a release.
        let release = match fallen.wait_for(Option::is_some).await {
            Ok(release) => release.clone(),
            Err(_) => None,
        };
        match release {
            Some(release) => Stop { why: Why::LockLost, ..Stop::failed(&Error::LockLost { release }) },
            None => std::future::pending().await,
        }
    }
}
