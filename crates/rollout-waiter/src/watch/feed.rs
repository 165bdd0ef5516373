//! What is known about one watch: how far its list is, and whether its failure ends the wait.

use std::collections::BTreeSet;

use kube::runtime::watcher;

use crate::error::Error;
use crate::model::Object;
use crate::objects::Objects;
use crate::scope::Watch;

pub(super) struct Feed {
    pub(super) watch: Watch,
    /// Whether it has been listed once.
    pub(super) listed: bool,
    /// The names in the list that is being read.
    pub(super) listing: Option<BTreeSet<String>>,
    /// What failed last, until it works again.
    pub(super) trouble: Option<watcher::Error>,
}

impl Feed {
    pub(super) fn new(watch: Watch) -> Self {
        Self { watch, listed: false, listing: None, trouble: None }
    }

    /// The objects that were there and that a new list no longer names.
    pub(super) fn vanished(
        &self,
        objects: &Objects,
        listing: &BTreeSet<String>,
    ) -> impl Iterator<Item = Object> + use<> {
        let namespace = self.watch.namespace.as_str();
        let mine = objects.of_kind(self.watch.kind).filter(|object| object.meta().namespace == namespace);
        let gone: Vec<Object> =
            mine.filter(|object| !listing.contains(&object.meta().name)).cloned().collect();
        gone.into_iter()
    }

    /// The error where the watch goes on in spite of it. A refusal stays one, however often one asks.
    pub(super) fn survives(&self, error: watcher::Error) -> Result<watcher::Error, Error> {
        use kube::Error::Api;
        use watcher::Error::{InitialListFailed, WatchStartFailed};
        match error {
            InitialListFailed(Api(status)) if status.code == 403 => Err(self.forbidden("list", Api(status))),
            WatchStartFailed(Api(status)) if status.code == 403 => Err(self.forbidden("watch", Api(status))),
            InitialListFailed(Api(status)) if matches!(status.code, 400 | 401 | 404 | 405 | 422) => {
                Err(Error::Refused {
                    resource: self.resource(),
                    namespace: self.watch.namespace.clone(),
                    source: Box::new(Api(status)),
                })
            }
            other => Ok(other),
        }
    }

    fn forbidden(&self, verb: &'static str, source: kube::Error) -> Error {
        let namespace = self.watch.namespace.clone();
        Error::Forbidden { verb, resource: self.resource(), namespace, source: Box::new(source) }
    }

    fn resource(&self) -> String {
        let kind = self.watch.kind;
        if kind.group().is_empty() {
            kind.resource().to_owned()
        } else {
            format!("{}.{}", kind.resource(), kind.group())
        }
    }
}
