//! The history of a release, read and settled through the Kubernetes API.

mod stored;

use std::collections::BTreeMap;

use helm_release::{
    HistoryEntry, Release, Revision, SECRET_TYPE, Status, parse_secret_name, secret_name, selector,
};
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{ListParams, ObjectMeta, PostParams};
use names::{Namespace, ReleaseName};

use self::stored::Stored;
use crate::Error;

/// The release Secrets of one release.
pub(crate) struct Store<'a> {
    secrets: Api<Secret>,
    namespace: &'a Namespace,
    release: &'a ReleaseName,
}

impl<'a> Store<'a> {
    pub(crate) fn new(client: kube::Client, namespace: &'a Namespace, release: &'a ReleaseName) -> Self {
        Self { secrets: Api::namespaced(client, namespace.as_str()), namespace, release }
    }

    /// All revisions, oldest first, as a history shows them. Helm passes over what it cannot decode;
    /// here that is an error, because the damaged one may be the live one.
    pub(crate) async fn history(&self) -> Result<Vec<HistoryEntry>, Error> {
        let list = self.list_params();
        let stored = stored::list(self.secrets.clone().into_client(), self.namespace, &list).await;
        let entry = |secret: Stored| {
            let name = secret.name().to_owned();
            let (_, revision) = parse_secret_name(&name).ok_or_else(|| {
                self.unreadable(name.clone(), helm_release::Error::Field { field: "metadata.name" })
            })?;
            let entry = HistoryEntry::decode_stored(revision, secret.release());
            entry.map_err(|source| self.unreadable(name, source))
        };
        let stored = stored.map_err(|error| self.failed("read", error))?;
        let mut entries: Vec<HistoryEntry> = stored.into_iter().map(entry).collect::<Result<_, _>>()?;
        entries.sort_by_key(|entry| entry.revision);
        Ok(entries)
    }

    /// All revisions with everything that is stored of them, oldest first.
    pub(crate) async fn releases(&self) -> Result<Vec<Release>, Error> {
        let mut releases: Vec<Release> =
            self.list().await?.iter().map(|secret| self.read(secret)).collect::<Result<_, _>>()?;
        releases.sort_by_key(Release::revision);
        Ok(releases)
    }

    /// The newest revision; none where there is no release.
    pub(crate) async fn newest(&self) -> Result<Option<Release>, Error> {
        Ok(self.releases().await?.pop())
    }

    async fn list(&self) -> Result<Vec<Secret>, Error> {
        let list = self.secrets.list(&self.list_params()).await;
        Ok(list.map_err(|error| self.failed("read", error))?.items)
    }

    fn list_params(&self) -> ListParams {
        ListParams::default().labels(&selector(self.release))
    }

    /// One revision.
    pub(crate) async fn revision(&self, revision: Revision) -> Result<Release, Error> {
        let secret = self.secrets.get_opt(&secret_name(self.release, revision)).await;
        match secret.map_err(|error| self.failed("read", error))? {
            Some(secret) => self.read(&secret),
            None => Err(Error::NoRevision {
                release: self.release.clone(),
                namespace: self.namespace.clone(),
                revision,
            }),
        }
    }

    /// Marks the newest revision as failed if it is pending, and says which that was.
    pub(crate) async fn settle_pending(&self, words: &str) -> Result<Option<Revision>, Error> {
        let newest = self.newest().await?;
        let Some(mut release) = newest.filter(|release| release.status().is_pending()) else {
            return Ok(None);
        };
        release.settle(Status::Failed, words);
        self.replace(&release).await?;
        Ok(Some(release.revision()))
    }

    /// Makes sure that the newest revision, if it is this one, is not pending and says why it failed;
    /// returns it as it is then.
    pub(crate) async fn fail(&self, revision: Revision, reason: &str) -> Result<Option<Release>, Error> {
        let newest = self.newest().await?;
        let Some(mut newest) = newest.filter(|newest| newest.revision() == revision) else { return Ok(None) };
        let says_why = newest.description().contains(reason);
        if newest.status().is_pending() || (*newest.status() == Status::Failed && !says_why) {
            newest.settle(Status::Failed, reason);
            self.replace(&newest).await?;
        }
        Ok(Some(newest))
    }

    /// Prepares a rollback: lets the newest revision name everything that may be live.
    ///
    /// Helm compares the target with the newest revision's manifest alone. Helm 3 gives up on an object
    /// that is live and not in it, which is any object that the revision would have deleted and did not,
    /// be it failed or, where Helm said nothing of it, deployed; and both majors leave behind what
    /// earlier failures created.
    pub(crate) async fn prepare_rollback(&self, target: Revision) -> Result<(), Error> {
        let mut history = self.releases().await?;
        let Some(mut newest) = history.pop() else { return Ok(()) };
        let is_whole = *newest.status() == Status::Deployed;
        let left_something = |release: &&Release| {
            let failed = *release.status() == Status::Failed || release.status().is_pending();
            (failed && !is_whole) || release.revision() == target
        };
        let later = history.iter().filter(|release| release.revision() >= target);
        let added: usize = later.filter(left_something).map(|release| newest.add_missing(release)).sum();
        match added {
            0 => Ok(()),
            _ => self.replace(&newest).await,
        }
    }

    /// Writes a revision back, unless somebody else wrote it meanwhile: a Helm that lives after all
    /// wins, and we are told.
    async fn replace(&self, release: &Release) -> Result<(), Error> {
        let name = release.secret_name();
        let payload = release.encode().map_err(|source| self.unreadable(name.clone(), source))?;
        let mut secret = self.secrets.get(&name).await.map_err(|error| self.failed("read", error))?;
        secret.data.get_or_insert_default().insert("release".to_owned(), ByteString(payload));
        secret.metadata.labels.get_or_insert_default().extend(release.secret_labels());
        let replaced = self.secrets.replace(&name, &PostParams::default(), &secret).await;
        replaced.map(drop).map_err(|error| self.failed("write", error))
    }

    /// Makes a revision's Secret anew unless it is there.
    pub(crate) async fn restore(&self, release: &Release) -> Result<bool, Error> {
        let name = release.secret_name();
        let payload = release.encode().map_err(|source| self.unreadable(name.clone(), source))?;
        let secret = Secret {
            metadata: ObjectMeta {
                name: Some(name),
                labels: Some(release.secret_labels()),
                ..ObjectMeta::default()
            },
            type_: Some(SECRET_TYPE.to_owned()),
            data: Some(BTreeMap::from([("release".to_owned(), ByteString(payload))])),
            ..Secret::default()
        };
        match self.secrets.create(&PostParams::default(), &secret).await {
            Ok(_) => Ok(true),
            Err(kube::Error::Api(status)) if status.reason == "AlreadyExists" => Ok(false),
            Err(error) => Err(self.failed("write", error)),
        }
    }

    fn read(&self, secret: &Secret) -> Result<Release, Error> {
        let name = secret.metadata.name.clone().unwrap_or_default();
        let labels = secret.metadata.labels.clone().unwrap_or_default();
        Release::decode(payload(secret), &labels).map_err(|source| self.unreadable(name, source))
    }

    fn unreadable(&self, secret: String, source: helm_release::Error) -> Error {
        Error::Unreadable { secret, namespace: self.namespace.clone(), source }
    }

    fn failed(&self, doing: &'static str, source: kube::Error) -> Error {
        Error::Store {
            doing,
            release: self.release.clone(),
            namespace: self.namespace.clone(),
            source: Box::new(source),
        }
    }
}

fn payload(secret: &Secret) -> &[u8] {
    let data = secret.data.as_ref().and_then(|data| data.get("release"));
    data.map(|data| data.0.as_slice()).unwrap_or_default()
}
