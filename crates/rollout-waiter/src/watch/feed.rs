//! What is known about one watch: how far its list is, and whether its failure ends the wait.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::silence::Silence;
use super::trouble::{Trouble, Verb};
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
    pub(super) trouble: Option<kube::Error>,
    /// Since when nothing has been heard.
    pub(super) silence: Silence,
    /// Begins the watch anew where it has got to.
    anew: Arc<Notify>,
}

impl Feed {
    pub(super) fn new(watch: Watch, anew: Arc<Notify>) -> Self {
        let silence = Silence::begin(Instant::now());
        Self { watch, listed: false, listing: None, trouble: None, silence, anew }
    }

    /// Asks the server again, since nothing has been heard for long.
    pub(super) fn begin_anew(&mut self, now: Instant) {
        self.silence.ask(now);
        self.anew.notify_one();
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
    pub(super) fn survives(&mut self, trouble: Trouble) -> Result<kube::Error, Error> {
        let Trouble { verb, error } = trouble;
        let namespace = self.watch.namespace.clone();
        let (Some(namespace), false) = (namespace, self.watch.is_optional()) else {
            // Counts as listed, so that nobody waits for it.
            self.listed = true;
            return Ok(error);
        };
        let resource = self.watch.resource();
        let code = if let kube::Error::Api(status) = &error { status.code } else { 0 };
        let source = Box::new(error);
        match (code, verb) {
            (403, _) => Err(Error::Forbidden { verb: verb.as_str(), resource, namespace, source }),
            (400 | 401 | 404 | 405 | 422, Verb::List) => Err(Error::Refused { resource, namespace, source }),
            _ => Ok(*source),
        }
    }
}
