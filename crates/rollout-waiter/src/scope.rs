//! Which objects are waited for.

use std::collections::{BTreeMap, BTreeSet};

use names::{Namespace, ObjectRef};

use crate::model::{Kind, Object};

/// What to wait for. Objects of other kinds than workloads, Jobs, claims and Pods are ready by being there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    namespace: Namespace,
    what: What,
    generations: BTreeMap<ObjectRef, i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Objects(BTreeSet<ObjectRef>),
    Selector(String),
    Namespace,
}

impl Scope {
    /// The objects of a release, as its manifest names them; `namespace` is for those without one.
    #[must_use]
    pub fn release(namespace: Namespace, objects: impl IntoIterator<Item = ObjectRef>) -> Self {
        let home = namespace.clone();
        let objects = objects
            .into_iter()
            .filter(|object| Kind::named(&object.kind).is_some_and(Kind::is_awaited))
            .map(|object| ObjectRef {
                namespace: Some(object.namespace.unwrap_or_else(|| home.clone())),
                ..object
            })
            .collect();
        Self { namespace, what: What::Objects(objects), generations: BTreeMap::new() }
    }

    /// The workloads and Jobs of a namespace that carry these labels, `app=hub,tier!=test`.
    #[must_use]
    pub fn selector(namespace: Namespace, selector: impl Into<String>) -> Self {
        Self { namespace, what: What::Selector(selector.into()), generations: BTreeMap::new() }
    }

    /// Every workload and Job of a namespace.
    #[must_use]
    pub fn namespace(namespace: Namespace) -> Self {
        Self { namespace, what: What::Namespace, generations: BTreeMap::new() }
    }

    /// Says which generation the write of an object returned: older states of it decide nothing.
    #[must_use]
    pub fn at_least(mut self, object: ObjectRef, generation: i64) -> Self {
        let namespace = object.namespace.unwrap_or_else(|| self.namespace.clone());
        self.generations.insert(ObjectRef { namespace: Some(namespace), ..object }, generation);
        self
    }

    /// The objects that must be there, where they are known beforehand.
    pub(crate) fn named(&self) -> impl Iterator<Item = &ObjectRef> {
        match &self.what {
            What::Objects(objects) => Some(objects.iter()),
            What::Selector(_) | What::Namespace => None,
        }
        .into_iter()
        .flatten()
    }

    /// Whether an object is waited for.
    ///
    /// In a namespace, bare Pods are not: they are somebody's session, not the deployment.
    /// Neither is what another object manages, nor a claim, which may wait for its first user.
    pub(crate) fn awaits(&self, object: &Object) -> bool {
        match &self.what {
            What::Objects(objects) => object.kind().is_awaited() && objects.contains(&object.reference()),
            What::Selector(_) | What::Namespace => match object.kind() {
                Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet | Kind::Job => {
                    object.meta().namespace == self.namespace.as_str()
                }
                _ => false,
            },
        }
    }

    /// The generation below which an object decides nothing.
    pub(crate) fn least_generation(&self, object: &ObjectRef) -> i64 {
        self.generations.get(object).copied().unwrap_or_default()
    }

    /// What must be watched: a kind, where, and by which labels.
    pub(crate) fn watches(&self) -> BTreeSet<Watch> {
        let mut watches = BTreeSet::new();
        match &self.what {
            What::Objects(objects) => {
                for object in objects {
                    let (Some(kind), Some(namespace)) = (Kind::named(&object.kind), &object.namespace) else {
                        continue;
                    };
                    watches.insert(Watch::of(kind, namespace));
                    if kind == Kind::DaemonSet {
                        watches.insert(Watch::NODES);
                    }
                    let helpers: &[Kind] = match kind {
                        Kind::Deployment => &[Kind::ReplicaSet, Kind::Pod, Kind::Event],
                        Kind::PersistentVolumeClaim => &[Kind::Event],
                        _ => &[Kind::Pod, Kind::Event],
                    };
                    watches.extend(helpers.iter().map(|kind| Watch::of(*kind, namespace)));
                }
            }
            What::Selector(_) | What::Namespace => {
                let labels = match &self.what {
                    What::Selector(labels) => Some(labels.clone()),
                    _ => None,
                };
                for kind in [Kind::Deployment, Kind::StatefulSet, Kind::DaemonSet, Kind::Job] {
                    watches.insert(Watch { labels: labels.clone(), ..Watch::of(kind, &self.namespace) });
                }
                for kind in [Kind::ReplicaSet, Kind::Pod, Kind::Event] {
                    watches.insert(Watch::of(kind, &self.namespace));
                }
                watches.insert(Watch::NODES);
            }
        }
        watches
    }
}

/// One watch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Watch {
    pub(crate) kind: Kind,
    /// Absent for the whole cluster.
    pub(crate) namespace: Option<Namespace>,
    pub(crate) labels: Option<String>,
}

impl Watch {
    /// Nodes excuse the pods of a DaemonSet. Whoever has rights in one namespace only may not read
    /// them, and need not.
    const NODES: Self = Self { kind: Kind::Node, namespace: None, labels: None };

    fn of(kind: Kind, namespace: &Namespace) -> Self {
        Self { kind, namespace: Some(namespace.clone()), labels: None }
    }

    /// Whether the wait goes on without it.
    pub(crate) fn is_optional(&self) -> bool {
        self.namespace.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(kind: &str, name: &str) -> ObjectRef {
        ObjectRef { kind: kind.to_owned(), namespace: None, name: name.to_owned() }
    }

    #[test]
    fn a_release_is_watched_by_kind_and_never_by_object() {
        let home: Namespace = "hub".parse().unwrap();
        let scope = Scope::release(
            home,
            [
                object("Deployment", "a"),
                object("Deployment", "b"),
                object("Service", "c"),
                object("Job", "d"),
            ],
        );
        let kinds: Vec<&str> = scope.watches().iter().map(|watch| watch.kind.name()).collect();
        assert_eq!(kinds, ["Deployment", "Job", "Pod", "ReplicaSet", "Event"]);
        assert_eq!(scope.named().count(), 3);
    }

    #[test]
    fn a_release_without_workloads_needs_no_watch() {
        let scope = Scope::release("hub".parse().unwrap(), [object("ConfigMap", "a")]);
        assert!(scope.watches().is_empty());
    }

    #[test]
    fn a_generation_is_found_with_or_without_a_namespace() {
        let scope = Scope::namespace("hub".parse().unwrap()).at_least(object("Deployment", "a"), 7);
        let full = ObjectRef::namespaced("Deployment", &"hub".parse().unwrap(), "a");
        assert_eq!(scope.least_generation(&full), 7);
        assert_eq!(scope.least_generation(&object("Deployment", "x")), 0);
    }
}
