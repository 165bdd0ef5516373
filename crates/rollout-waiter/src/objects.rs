//! The objects as they are now, joined by who manages whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use names::ObjectRef;

use crate::key::Key;
use crate::model::{Change, Kind, Node, Object, Pod, ReplicaSet};
use crate::scope::{Scope, Wanted};

/// What the watches have reported, and which of it is waited for.
#[derive(Debug, Clone)]
pub struct Objects {
    scope: Scope,
    present: HashMap<Arc<Key>, Object>,
    /// Those of them that are waited for, in an order that a person can follow.
    awaited: BTreeSet<Arc<Key>>,
    /// Those that are waited for by name and are not there.
    absent: BTreeMap<Key, Wanted>,
    managed: HashMap<String, BTreeSet<Arc<Key>>>,
    by_uid: HashMap<String, Arc<Key>>,
    /// What a change since the last look may have given another verdict.
    stale: BTreeSet<Arc<Key>>,
    /// Whether every list has been read once, so that absence means something.
    complete: bool,
    /// What may not be read, or is not served: by kind and the own name of a custom kind.
    hidden: BTreeSet<(Kind, String)>,
}

impl Objects {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        let absent = scope.named().map(|wanted| (Key::of_wanted(wanted), wanted.clone())).collect();
        Self {
            scope,
            present: HashMap::new(),
            awaited: BTreeSet::new(),
            absent,
            managed: HashMap::new(),
            by_uid: HashMap::new(),
            stale: BTreeSet::new(),
            complete: false,
            hidden: BTreeSet::new(),
        }
    }

    /// Takes one change. Events are not kept: [`crate::Memory`] draws from them what matters.
    pub fn apply(&mut self, change: Change) {
        if let Object::Notice(notice) = change.object() {
            if let Some(about) = self.by_uid.get(&notice.involved_object.uid).cloned() {
                self.touch(about);
            }
            return;
        }
        let key = Key::of(change.object());
        if let Change::Gone(gone) = &change
            && self.present.get(&key).is_some_and(|present| present.meta().uid != gone.meta().uid)
        {
            // The end of its predecessor of the same name is no news about this one.
            return;
        }
        let key = match self.present.remove_entry(&key) {
            Some((key, old)) => {
                self.touch_up(&key, &old);
                self.unlink(&old, &key);
                key
            }
            None => Arc::new(key),
        };
        match change {
            Change::Seen(object) => self.link(key, object),
            Change::Gone(_) => {
                let wanted = self.scope.named_so(&key).cloned();
                self.absent.extend(wanted.map(|wanted| (Key::clone(&key), wanted)));
            }
        }
    }

    /// Says that everything there is has been seen; before, nothing is judged missing or ready.
    pub fn set_complete(&mut self) {
        self.complete = true;
    }

    /// Says that objects of a kind cannot be read here, so that their absence means nothing.
    pub(crate) fn hide(&mut self, kind: Kind, own_name: &str) {
        self.hidden.insert((kind, own_name.to_owned()));
    }

    /// Says that they can be read again.
    pub(crate) fn reveal(&mut self, kind: Kind, own_name: &str) {
        self.hidden.remove(&(kind, own_name.to_owned()));
    }

    /// Whether objects of this kind cannot be read here.
    pub(crate) fn is_hidden(&self, wanted: &Wanted) -> bool {
        self.hidden.contains(&(wanted.kind, wanted.own_name().to_owned()))
    }

    /// The objects of a kind, for example to find out after a new list which are gone.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.present.values().filter(move |object| object.kind() == kind)
    }

    /// Whether an object can matter: the sessions of users are bare Pods, and there may be thousands.
    pub(crate) fn concerns(&self, object: &Object) -> bool {
        object.kind() != Kind::Pod || object.meta().controller().is_some() || self.scope.awaits(object)
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The objects that are waited for and are there.
    pub(crate) fn awaited(&self) -> impl Iterator<Item = &Object> {
        let mut orphans: Vec<&Arc<Key>> = Vec::new();
        if self.scope.takes_orphans() {
            orphans
                .extend(self.present.iter().filter(|(_, object)| self.is_orphan(object)).map(|(key, _)| key));
            orphans.sort_unstable();
        }
        self.awaited.iter().chain(orphans).filter_map(|key| self.present.get(key))
    }

    /// The object of that key, where it is waited for.
    pub(crate) fn awaited_at(&self, key: &Key) -> Option<&Object> {
        self.awaited.get(key).and_then(|key| self.present.get(key))
    }

    /// What has changed since this was asked last, up to what is waited for.
    pub(crate) fn take_stale(&mut self) -> BTreeSet<Arc<Key>> {
        std::mem::take(&mut self.stale)
    }

    /// A pod or Job whose controller is not among the objects stands for itself.
    fn is_orphan(&self, object: &Object) -> bool {
        let has_owner = |uid: &str| {
            let owner = self.by_uid.get(uid).map(|key| key.kind());
            owner.is_some_and(|kind| kind == Kind::ReplicaSet || kind.is_awaited())
        };
        matches!(object.kind(), Kind::Pod | Kind::Job)
            && object.meta().controller().is_some_and(|owner| !has_owner(&owner.uid))
    }

    /// The objects that are waited for by name and are not there.
    pub(crate) fn absent(&self) -> impl Iterator<Item = &Wanted> {
        self.absent.values()
    }

    /// The pods that an object manages directly.
    pub(crate) fn pods_of<'a>(&'a self, uid: &str) -> impl Iterator<Item = &'a Pod> + use<'a> {
        self.managed_by(uid).filter_map(|object| match object {
            Object::Pod(pod) => Some(pod.as_ref()),
            _ => None,
        })
    }

    /// The revisions of a Deployment.
    pub(crate) fn replica_sets_of<'a>(&'a self, uid: &str) -> impl Iterator<Item = &'a ReplicaSet> + use<'a> {
        self.managed_by(uid).filter_map(|object| match object {
            Object::ReplicaSet(set) => Some(set),
            _ => None,
        })
    }

    /// The pod that an operator names so.
    pub(crate) fn pod(&self, reference: &ObjectRef) -> Option<&Pod> {
        let namespace = reference.namespace.as_ref().map_or("", names::Namespace::as_str);
        match self.present.get(&Key::new(Kind::Pod, namespace, &reference.name)) {
            Some(Object::Pod(pod)) => Some(pod),
            _ => None,
        }
    }

    /// The node of that name, where nodes may be read.
    pub(crate) fn node(&self, name: &str) -> Option<&Node> {
        match self.present.get(&Key::new(Kind::Node, "", name)) {
            Some(Object::Node(node)) => Some(node),
            _ => None,
        }
    }

    fn managed_by<'a>(&'a self, uid: &str) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.managed.get(uid).into_iter().flatten().filter_map(|key| self.present.get(key))
    }

    fn link(&mut self, key: Arc<Key>, object: Object) {
        self.absent.remove(&key);
        if let Some(owner) = object.meta().controller() {
            self.managed.entry(owner.uid.clone()).or_default().insert(key.clone());
        }
        self.by_uid.insert(object.meta().uid.clone(), key.clone());
        if self.scope.awaits(&object) {
            self.awaited.insert(key.clone());
        }
        self.touch_up(&key, &object);
        self.present.insert(key, object);
    }

    fn unlink(&mut self, old: &Object, key: &Arc<Key>) {
        self.awaited.remove(key);
        self.by_uid.remove(&old.meta().uid);
        let Some(owner) = old.meta().controller() else { return };
        if let Some(keys) = self.managed.get_mut(&owner.uid) {
            keys.remove(key);
            if keys.is_empty() {
                self.managed.remove(&owner.uid);
            }
        }
    }

    /// Notes that a verdict on an object that is there, or on what manages it, may have changed.
    fn touch(&mut self, key: Arc<Key>) {
        let Some(object) = self.present.get(&key) else { return };
        let owner = object.meta().controller().and_then(|owner| self.by_uid.get(&owner.uid)).cloned();
        // Whatever manages itself, in a circle, was touched before.
        if self.stale.insert(key)
            && let Some(owner) = owner
        {
            self.touch(owner);
        }
    }

    /// The same for an object that comes or goes.
    fn touch_up(&mut self, key: &Arc<Key>, object: &Object) {
        self.stale.insert(key.clone());
        if object.kind() == Kind::Node {
            // A node that is down excuses the pods of every DaemonSet.
            self.stale.extend(self.awaited.iter().filter(|key| key.kind() == Kind::DaemonSet).cloned());
        }
        let owner = object.meta().controller().and_then(|owner| self.by_uid.get(&owner.uid)).cloned();
        owner.into_iter().for_each(|owner| self.touch(owner));
    }
}
