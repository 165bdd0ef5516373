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
        let namespace = self.watch.namespace.as_ref().map_or("", names::Namespace::as_str);
        let own_name = self.watch.own_name();
        let mine = objects.of_kind(self.watch.kind).filter(|object| {
            let same_kind = own_name.is_empty() || object.reference().kind == own_name;
            same_kind && object.meta().namespace == namespace
        });
        let gone: Vec<Object> =
            mine.filter(|object| !listing.contains(&object.meta().name)).cloned().collect();
        gone.into_iter()
    }

    /// The error where the wait goes on in spite of it. A refusal stays one, however often one asks.
    pub(super) fn survives(&mut self, error: watcher::Error) -> Result<watcher::Error, Error> {
        use kube::Error::Api;
        use watcher::Error::{InitialListFailed, WatchStartFailed};
        let namespace = self.watch.namespace.clone();
        let (Some(namespace), false) = (namespace, self.watch.is_optional()) else {
            // Counts as listed, so that nobody waits for it.
            self.listed = true;
            return Ok(error);
        };
        let resource = self.watch.resource();
        match error {
            InitialListFailed(Api(status)) if status.code == 403 => {
                Err(Error::Forbidden { verb: "list", resource, namespace, source: Box::new(Api(status)) })
            }
            WatchStartFailed(Api(status)) if status.code == 403 => {
                Err(Error::Forbidden { verb: "watch", resource, namespace, source: Box::new(Api(status)) })
            }
            InitialListFailed(Api(status)) if matches!(status.code, 400 | 401 | 404 | 405 | 422) => {
                Err(Error::Refused { resource, namespace, source: Box::new(Api(status)) })
            }
            other => Ok(other),
        }
    }
}
