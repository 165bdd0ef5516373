//! The objects as they are now, joined by who manages whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use names::ObjectRef;
use slab::Slab;

use crate::key::Key;
use crate::model::{Change, Kind, Meta, Node, Object, Pod, ReplicaSet};
use crate::scope::{Scope, Wanted};

/// A place in the store, for as long as the object is there.
type Id = usize;

/// From a pod to what stands above its controller's controller, and one more.
const LONGEST_CHAIN: usize = 4;

#[derive(Debug, Clone)]
struct Entry {
    key: Arc<Key>,
    object: Object,
    awaited: bool,
}

/// What the watches have reported, and which of it is waited for.
#[derive(Debug, Clone)]
pub struct Objects {
    scope: Scope,
    present: Slab<Entry>,
    by_key: HashMap<Arc<Key>, Id>,
    by_uid: HashMap<String, Id>,
    /// What each object manages directly, by its identity and in the order of names.
    managed: HashMap<String, Vec<Id>>,
    /// What is waited for and is there, in an order that a person can follow.
    awaited: BTreeMap<Arc<Key>, Id>,
    /// What is waited for by name and is not there.
    absent: BTreeMap<Key, Wanted>,
    /// What of the awaited a change since the last look may have given another verdict, or taken away.
    stale: BTreeSet<Id>,
    left: Vec<Arc<Key>>,
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
            present: Slab::new(),
            by_key: HashMap::new(),
            by_uid: HashMap::new(),
            managed: HashMap::new(),
            awaited: BTreeMap::new(),
            absent,
            stale: BTreeSet::new(),
            left: Vec::new(),
            complete: false,
            hidden: BTreeSet::new(),
        }
    }

    /// Takes one change. Events are not kept: [`crate::Memory`] draws from them what matters.
    pub fn apply(&mut self, change: Change) {
        if let Object::Notice(notice) = change.object() {
            if let Some(id) = self.by_uid.get(&notice.involved_object.uid) {
                self.touch(*id);
            }
            return;
        }
        let key = Key::of(change.object());
        let known = self.by_key.get(&key).copied();
        match (known, change) {
            // The end of its predecessor of the same name is no news about this one.
            (Some(id), Change::Gone(gone))
                if self.object(id).is_some_and(|present| present.meta().uid != gone.meta().uid) => {}
            (Some(id), Change::Gone(_)) => self.remove(id),
            (None, Change::Gone(_)) => {}
            (Some(id), Change::Seen(object)) => self.replace(id, object),
            (None, Change::Seen(object)) => self.insert(key, object),
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
        self.present.iter().map(|(_, entry)| &entry.object).filter(move |object| object.kind() == kind)
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
        let mut orphans: Vec<&Entry> = Vec::new();
        if self.scope.takes_orphans() {
            let entries = self.present.iter().map(|(_, entry)| entry);
            orphans.extend(entries.filter(|entry| self.is_orphan(&entry.object)));
            orphans.sort_unstable_by_key(|entry| &entry.key);
        }
        let awaited = self.awaited.values().filter_map(|id| self.object(*id));
        awaited.chain(orphans.into_iter().map(|entry| &entry.object))
    }

    /// The object of that key, where it is waited for.
    pub(crate) fn awaited_at(&self, key: &Key) -> Option<&Object> {
        let entry = self.by_key.get(key).and_then(|id| self.present.get(*id))?;
        entry.awaited.then_some(&entry.object)
    }

    /// The keys of what is waited for and is there, in order.
    pub(crate) fn awaited_keys(&self) -> impl Iterator<Item = &Arc<Key>> {
        self.awaited.keys()
    }

    /// What of the awaited has changed, by itself or by what it manages, or has gone, since this was asked last.
    pub(crate) fn take_stale(&mut self) -> Vec<Arc<Key>> {
        let stale = std::mem::take(&mut self.stale);
        let there = stale.into_iter().filter_map(|id| self.present.get(id)).map(|entry| entry.key.clone());
        there.chain(self.left.drain(..)).collect()
    }

    /// A pod or Job whose controller is not among the objects stands for itself.
    fn is_orphan(&self, object: &Object) -> bool {
        let has_owner = |uid: &str| {
            let owner = self.by_uid.get(uid).and_then(|id| self.object(*id)).map(Object::kind);
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
        match self.named(&Key::new(Kind::Pod, namespace, &reference.name)) {
            Some(Object::Pod(pod)) => Some(pod),
            _ => None,
        }
    }

    /// The node of that name, where nodes may be read.
    pub(crate) fn node(&self, name: &str) -> Option<&Node> {
        match self.named(&Key::new(Kind::Node, "", name)) {
            Some(Object::Node(node)) => Some(node),
            _ => None,
        }
    }

    fn named(&self, key: &Key) -> Option<&Object> {
        self.by_key.get(key).and_then(|id| self.object(*id))
    }

    fn object(&self, id: Id) -> Option<&Object> {
        self.present.get(id).map(|entry| &entry.object)
    }

    fn managed_by<'a>(&'a self, uid: &str) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.managed.get(uid).into_iter().flatten().filter_map(|id| self.object(*id))
    }

    fn insert(&mut self, key: Key, object: Object) {
        self.absent.remove(&key);
        let key = Arc::new(key);
        let uid = object.meta().uid.clone();
        let id = self.present.insert(Entry { key: key.clone(), awaited: self.scope.awaits(&object), object });
        self.by_key.insert(key, id);
        self.by_uid.insert(uid, id);
        self.link(id);
    }

    fn replace(&mut self, id: Id, object: Object) {
        let Some(entry) = self.present.get_mut(id) else { return };
        let (old, new) = (entry.object.meta(), object.meta());
        fn owner(meta: &Meta) -> Option<&str> {
            meta.controller().map(|owner| owner.uid.as_str())
        }
        if old.uid == new.uid && owner(old) == owner(new) {
            entry.object = object;
            self.touch(id);
        } else {
            let key = Key::clone(&entry.key);
            self.remove(id);
            self.insert(key, object);
        }
    }

    fn remove(&mut self, id: Id) {
        self.unlink(id);
        let Some(Entry { key, object, .. }) = self.present.try_remove(id) else { return };
        self.by_key.remove(&key);
        self.by_uid.remove(&object.meta().uid);
        self.absent.extend(self.scope.named_so(&key).map(|wanted| (Key::clone(&key), wanted.clone())));
    }

    /// Joins an object to what manages it, and to what is waited for.
    fn link(&mut self, id: Id) {
        let Some(entry) = self.present.get(id) else { return };
        if entry.awaited {
            self.awaited.insert(entry.key.clone(), id);
        }
        if let Some(owner) = entry.object.meta().controller() {
            let key_of = |id: &Id| self.present.get(*id).map(|entry| &entry.key);
            let managed = self.managed.entry(owner.uid.clone()).or_default();
            let place = managed.partition_point(|other| key_of(other) < Some(&entry.key));
            managed.insert(place, id);
        }
        self.touch(id);
    }

    fn unlink(&mut self, id: Id) {
        self.touch(id);
        let Some(entry) = self.present.get(id) else { return };
        if entry.awaited {
            self.awaited.remove(&entry.key);
            self.stale.remove(&id);
            self.left.push(entry.key.clone());
        }
        let Some(owner) = entry.object.meta().controller() else { return };
        if let Some(managed) = self.managed.get_mut(&owner.uid) {
            managed.retain(|other| *other != id);
            if managed.is_empty() {
                self.managed.remove(&owner.uid);
            }
        }
    }

    /// Notes that the verdict on an object, or on what manages it, may have changed.
    fn touch(&mut self, id: Id) {
        if let Some(Object::Node(_)) = self.object(id) {
            // A node that is down excuses the pods of every DaemonSet.
            let sets = self.awaited.iter().filter(|(key, _)| key.kind() == Kind::DaemonSet);
            self.stale.extend(sets.map(|(_, id)| *id));
        }
        let mut next = Some(id);
        for _ in 0..LONGEST_CHAIN {
            let Some((id, entry)) = next.and_then(|id| Some((id, self.present.get(id)?))) else { return };
            if entry.awaited {
                self.stale.insert(id);
            }
            next = entry.object.meta().controller().and_then(|owner| self.by_uid.get(&owner.uid)).copied();
        }
    }
}
