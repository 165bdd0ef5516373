//! What can be done to a release.

use std::time::Duration;

use helm_release::{HistoryEntry, Release, Revision};
use names::{Namespace, ReleaseName};

use crate::command::Command;
use crate::plan::{Plan, Prediction};
use crate::progress::{Done, Events};
use crate::relay::{Gate, Purpose, Switch};
use crate::run::{End, drive};
use crate::store::Store;
use crate::{Error, Helm, Operation, Upgrade, outcome};

/// Drives one Helm against one cluster. Clones share the client; operations on different releases
/// may run at the same time.
///
/// The client is the only one that knows the cluster's credential; Helm gets a relay's. Its own
/// repetition of requests is not used for what Helm sends: every attempt passes the relay's gate.
#[derive(Clone)]
pub struct Driver {
    helm: Helm,
    client: kube::Client,
}

impl Driver {
    /// A driver for the cluster that `client` speaks to.
    #[must_use]
    pub fn new(helm: Helm, client: kube::Client) -> Self {
        Self { helm, client }
    }

    /// The Helm that is driven.
    #[must_use]
    pub fn helm(&self) -> &Helm {
        &self.helm
    }

    /// Upgrades a release, or installs it where it is absent. Must be called within a tokio runtime.
    #[must_use]
    pub fn upgrade(&self, upgrade: Upgrade) -> Operation {
        self.start(Command::Upgrade(Box::new(upgrade)), Purpose::Live)
    }

    /// Goes back to a revision, which is always named: Helm's own choice may be one that failed.
    /// A first install has none; uninstall it.
    ///
    /// Helm 3 writes its own description; `description` reaches Helm 4 only. Must be called within a
    /// tokio runtime.
    #[must_use]
    pub fn rollback(
        &self,
        release: ReleaseName,
        namespace: Namespace,
        revision: Revision,
        timeout: Duration,
        description: &str,
    ) -> Operation {
        let description = description.to_owned();
        self.start(Command::Rollback { release, namespace, revision, timeout, description }, Purpose::Live)
    }

    /// Takes a release away, all but its data: claims, custom resource definitions and namespaces stay,
    /// and each is told as [`Progress::Kept`](crate::Progress::Kept). Must be called within a tokio runtime.
    #[must_use]
    pub fn uninstall(&self, release: ReleaseName, namespace: Namespace, timeout: Duration) -> Operation {
        self.start(Command::Uninstall { release, namespace, timeout }, Purpose::LiveKeepingData)
    }

    /// What an upgrade would write. Nothing in the cluster changes: Helm runs against a relay that
    /// makes every write a dry run, answers for Helm's own record, and refuses what it cannot prove.
    ///
    /// # Errors
    /// [`Error::Unproven`] when a write was refused for that reason; otherwise whatever an upgrade could
    /// meet, as far as the API server can say it beforehand.
    pub async fn plan(&self, upgrade: Upgrade) -> Result<Plan, Error> {
        let command = Command::Plan(Box::new(upgrade));
        Plan::from_end(&command, &self.pretend(&command).await?)
    }

    /// As [`Driver::plan`], with the objects themselves: as they are, and as the API server predicts them.
    ///
    /// # Errors
    /// As [`Driver::plan`].
    pub async fn predict(&self, upgrade: Upgrade) -> Result<Prediction, Error> {
        let command = Command::Plan(Box::new(upgrade));
        let end = self.pretend(&command).await?;
        Prediction::from_end(&command, end)
    }

    /// Runs Helm under a relay that lets nothing last, to an end that nobody said no to.
    async fn pretend(&self, command: &Command) -> Result<End, Error> {
        let switch = Switch::new();
        // Whoever drops this future has no more use for the plan.
        let _guard = CancelOnDrop(switch.clone());
        let client = self.client.clone();
        let end = drive(&self.helm, client, command, Purpose::Plan, &switch, &Events::none()).await?;
        match outcome::of_plan(&self.helm, command, &end).await {
            Some(error) => Err(error),
            None => Ok(end),
        }
    }

    /// The revisions of a release as `helm history` lists them, oldest first; empty where there is no
    /// such release.
    ///
    /// # Errors
    /// [`Error::Store`] when the Secrets cannot be listed, [`Error::Unreadable`] when one is damaged.
    pub async fn history(
        &self,
        namespace: &Namespace,
        release: &ReleaseName,
    ) -> Result<Vec<HistoryEntry>, Error> {
        self.store(namespace, release).history().await
    }

    /// The revisions of a release with everything that is stored of them, oldest first; empty where
    /// there is no such release.
    ///
    /// # Errors
    /// As [`Driver::history`].
    pub async fn releases(
        &self,
        namespace: &Namespace,
        release: &ReleaseName,
    ) -> Result<Vec<Release>, Error> {
        self.store(namespace, release).releases().await
    }

    /// One revision of a release.
    ///
    /// # Errors
    /// [`Error::NoRevision`] when it is not there; otherwise as [`Driver::history`].
    pub async fn release(
        &self,
        namespace: &Namespace,
        release: &ReleaseName,
        revision: Revision,
    ) -> Result<Release, Error> {
        self.store(namespace, release).revision(revision).await
    }

    /// Marks a pending release as failed, with `words` as its description, and says which revision that
    /// was; does nothing where none is pending. Only for whoever holds the release's lock.
    ///
    /// # Errors
    /// [`Error::Store`] also when something else wrote the record at the same moment: then a Helm lives.
    pub async fn settle_pending(
        &self,
        namespace: &Namespace,
        release: &ReleaseName,
        words: &str,
    ) -> Result<Option<Revision>, Error> {
        self.store(namespace, release).settle_pending(words).await
    }

    /// Puts a revision that was pruned back into the history, so that it can be rolled back to. Says
    /// whether it was missing.
    ///
    /// # Errors
    /// [`Error::Store`] when its Secret cannot be created.
    pub async fn restore(&self, release: &Release) -> Result<bool, Error> {
        self.store(release.namespace(), release.name()).restore(release).await
    }

    fn store<'a>(&self, namespace: &'a Namespace, release: &'a ReleaseName) -> Store<'a> {
        Store::new(self.client.clone(), namespace, release)
    }

    fn start(&self, command: Command, purpose: Purpose) -> Operation {
        let driver = self.clone();
        Operation::start(|switch, events| async move {
            let (release, namespace) = command.release();
            if let (Command::Rollback { revision, .. }, Gate::Open) = (&command, switch.now()) {
                driver.store(namespace, release).prepare_rollback(*revision).await?;
            }
            let end = drive(&driver.helm, driver.client.clone(), &command, purpose, &switch, &events).await?;
            driver.judge(&command, purpose, end).await
        })
    }

    async fn judge(&self, command: &Command, purpose: Purpose, mut end: End) -> Result<Done, Error> {
        let (release, namespace) = command.release();
        let store = self.store(namespace, release);
        if end.exit.success() && !end.observed.denied {
            let recorded = end.observed.newest().cloned();
            let newest = match recorded {
                Some(newest) => newest,
                None => store.newest().await?.ok_or_else(|| Error::NoRelease {
                    release: release.clone(),
                    namespace: namespace.clone(),
                })?,
            };
            // Helm takes no notice when its last record fails.
            if newest.status().is_pending() {
                return Err(Error::Unrecorded { left: Box::new(outcome::left(&end.observed)) });
            }
            // And none, or little, when it cannot delete what the release has no longer.
            let undeleted = end.observed.undeleted();
            if !undeleted.is_empty() {
                let left = Box::new(outcome::left(&end.observed));
                return Err(Error::Undeleted { objects: undeleted, left });
            }
            let written = end.observed.written();
            return Ok(Done { revision: newest.revision(), written, objects: newest.objects().len() });
        }
        // What we ended we settle: a Helm that did not listen, or failed in a hook of a rollback, has
        // recorded nothing, or not why.
        let recorded = end.observed.newest().map(Release::revision);
        if let (Some(revision), Gate::Cancelled(reason), Purpose::Live) = (recorded, &end.gate, purpose)
            && let Some(newest) = store.fail(revision, reason).await?
        {
            end.observed.releases.insert(revision.get(), newest);
        }
        Err(outcome::located(&self.helm, command, &end).await)
    }
}

struct CancelOnDrop(Switch);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.fence("nobody waits for this plan any more");
    }
}
