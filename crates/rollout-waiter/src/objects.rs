//! The objects as they are now, joined by who manages whom.

use std::collections::{BTreeSet, HashMap, HashSet};

use names::ObjectRef;

use crate::model::{Change, Kind, Node, Object, Pod, ReplicaSet};
use crate::scope::{Scope, Wanted};

/// Kind, the own name of a custom kind, namespace, name.
type Key = (Kind, String, String, String);

/// What the watches have reported, and which of it is waited for.
#[derive(Debug, Clone)]
pub struct Objects {
    scope: Scope,
    present: HashMap<Key, Object>,
    /// Those of them that are waited for, in an order that a person can follow.
    awaited: BTreeSet<Key>,
    managed: HashMap<String, BTreeSet<Key>>,
    owners: HashSet<String>,
    /// Whether every list has been read once, so that absence means something.
    complete: bool,
    /// What may not be read, or is not served: by kind and the own name of a custom kind.
    hidden: BTreeSet<(Kind, String)>,
}

impl Objects {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            present: HashMap::new(),
            awaited: BTreeSet::new(),
            managed: HashMap::new(),
            owners: HashSet::new(),
            complete: false,
            hidden: BTreeSet::new(),
        }
    }

    /// Takes one change. Events are not kept: [`crate::Memory`] draws from them what matters.
    pub fn apply(&mut self, change: Change) {
        let key = key(change.object());
        if let Change::Gone(gone) = &change
            && self.present.get(&key).is_some_and(|present| present.meta().uid != gone.meta().uid)
        {
            // The end of its predecessor of the same name is no news about this one.
            return;
        }
        if let Some(old) = self.present.remove(&key) {
            self.unlink(&old, &key);
        }
        let Change::Seen(object) = change else { return };
        if object.kind() == Kind::Event {
            return;
        }
        if let Some(owner) = object.meta().controller() {
            self.managed.entry(owner.uid.clone()).or_default().insert(key.clone());
        }
        if matches!(object.kind(), Kind::ReplicaSet) || object.kind().is_awaited() {
            self.owners.insert(object.meta().uid.clone());
        }
        if self.scope.awaits(&object) {
            self.awaited.insert(key.clone());
        }
        self.present.insert(key, object);
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
        let mut orphans: Vec<&Key> = Vec::new();
        if self.scope.takes_orphans() {
            orphans
                .extend(self.present.iter().filter(|(_, object)| self.is_orphan(object)).map(|(key, _)| key));
            orphans.sort_unstable();
        }
        self.awaited.iter().chain(orphans).filter_map(|key| self.present.get(key))
    }

    /// A pod or Job whose controller is not among the objects stands for itself.
    fn is_orphan(&self, object: &Object) -> bool {
        matches!(object.kind(), Kind::Pod | Kind::Job)
            && object.meta().controller().is_some_and(|owner| !self.owners.contains(&owner.uid))
    }

    /// The objects that are waited for by name and are not there.
    pub(crate) fn absent(&self) -> impl Iterator<Item = &Wanted> {
        self.scope.named().filter(|wanted| {
            let namespace = wanted.object.namespace.as_ref().map_or("", names::Namespace::as_str);
            let own_name = wanted.own_name().to_owned();
            !self.present.contains_key(&(
                wanted.kind,
                own_name,
                namespace.to_owned(),
                wanted.object.name.clone(),
            ))
        })
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
        match self.present.get(&(Kind::Pod, String::new(), namespace.to_owned(), reference.name.clone())) {
            Some(Object::Pod(pod)) => Some(pod),
            _ => None,
        }
    }

    /// The node of that name, where nodes may be read.
    pub(crate) fn node(&self, name: &str) -> Option<&Node> {
        match self.present.get(&(Kind::Node, String::new(), String::new(), name.to_owned())) {
            Some(Object::Node(node)) => Some(node),
            _ => None,
        }
    }

    fn managed_by<'a>(&'a self, uid: &str) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.managed.get(uid).into_iter().flatten().filter_map(|key| self.present.get(key))
    }

    fn unlink(&mut self, old: &Object, key: &Key) {
        self.awaited.remove(key);
        self.owners.remove(&old.meta().uid);
        let Some(owner) = old.meta().controller() else { return };
        if let Some(keys) = self.managed.get_mut(&owner.uid) {
            keys.remove(key);
            if keys.is_empty() {
                self.managed.remove(&owner.uid);
            }
        }
    }
}

fn key(object: &Object) -> Key {
    let meta = object.meta();
    let own_name = match object {
        Object::Resource(resource) if object.kind() == Kind::Custom => resource.kind.clone(),
        _ => String::new(),
    };
    (object.kind(), own_name, meta.namespace.clone(), meta.name.clone())
}
