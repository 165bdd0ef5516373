//! Which objects are waited for.

use std::collections::{BTreeMap, BTreeSet};

use names::{Namespace, ObjectRef};

use crate::key::Key;
use crate::model::{Kind, Object};

/// What to wait for. Objects of kinds without a rule, a ConfigMap for one, are ready by being there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    namespace: Namespace,
    what: What,
    generations: BTreeMap<ObjectRef, i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Objects(BTreeMap<ObjectRef, Wanted>),
    Selector(String),
    Namespace,
    Everything,
}

/// An object that is waited for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) object: ObjectRef,
    pub(crate) kind: Kind,
    /// Empty where it is the usual one of the kind.
    pub(crate) api_version: String,
}

impl Wanted {
    /// The name of a custom kind; empty for the others.
    pub(crate) fn own_name(&self) -> &str {
        if self.kind == Kind::Custom { &self.object.kind } else { "" }
    }

    /// How a policy names a custom kind, `ExternalSecret.external-secrets.io`.
    pub(crate) fn policy_name(&self) -> String {
        let group = self.api_version.split_once('/').map_or("", |(group, _)| group);
        format!("{}.{group}", self.object.kind)
    }
}

impl Scope {
    /// The objects of a release, as its manifest names them; `namespace` is for those without one.
    ///
    /// Without their `apiVersion`, custom resources cannot be told apart and are left out:
    /// [`Scope::manifest`] knows them.
    #[must_use]
    pub fn release(namespace: Namespace, objects: impl IntoIterator<Item = ObjectRef>) -> Self {
        let wanted = objects.into_iter().filter_map(|object| {
            let kind = Kind::named(&object.kind)?;
            Some(Wanted { object, kind, api_version: String::new() })
        });
        Self::wanting(&namespace, wanted.collect())
    }

    /// The objects of a release with their `apiVersion`, so that custom resources are waited for too.
    #[must_use]
    pub fn manifest(namespace: Namespace, objects: impl IntoIterator<Item = (String, ObjectRef)>) -> Self {
        let wanted = objects.into_iter().filter_map(|(api_version, object)| {
            let kind = Kind::of(&api_version, &object.kind)?;
            let api_version = if kind == Kind::Custom { api_version } else { String::new() };
            Some(Wanted { object, kind, api_version })
        });
        Self::wanting(&namespace, wanted.collect())
    }

    fn wanting(home: &Namespace, wanted: Vec<Wanted>) -> Self {
        let objects = wanted
            .into_iter()
            .filter(|wanted| wanted.kind.is_awaited())
            .map(|mut wanted| {
                match wanted.kind {
                    Kind::CustomResourceDefinition => wanted.object.namespace = None,
                    // A manifest's reader knows which custom kinds have none.
                    Kind::Custom => {}
                    _ => {
                        wanted.object.namespace.get_or_insert_with(|| home.clone());
                    }
                }
                (wanted.object.clone(), wanted)
            })
            .collect();
        Self { namespace: home.clone(), what: What::Objects(objects), generations: BTreeMap::new() }
    }

    /// Whatever there is: for objects that were saved and cannot be watched.
    pub(crate) fn everything(namespace: Namespace) -> Self {
        Self { namespace, what: What::Everything, generations: BTreeMap::new() }
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
    pub(crate) fn named(&self) -> impl Iterator<Item = &Wanted> {
        match &self.what {
            What::Objects(objects) => Some(objects.values()),
            What::Selector(_) | What::Namespace | What::Everything => None,
        }
        .into_iter()
        .flatten()
    }

    /// The object of that key, where it is waited for by name.
    pub(crate) fn named_so(&self, key: &Key) -> Option<&Wanted> {
        let What::Objects(objects) = &self.what else { return None };
        objects.get(&key.reference()).filter(|wanted| wanted.kind == key.kind())
    }

    /// Whether an object is waited for.
    ///
    /// In a namespace, bare Pods are not: they are somebody's session, not the deployment.
    /// Neither is what another object manages, nor a claim, which may wait for its first user.
    pub(crate) fn awaits(&self, object: &Object) -> bool {
        match &self.what {
            What::Objects(_) => object.kind().is_awaited() && self.named_so(&Key::of(object)).is_some(),
            What::Everything => object.kind().is_awaited() && object.meta().controller().is_none(),
            What::Selector(_) | What::Namespace => match object.kind() {
                Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet | Kind::Job => {
                    object.meta().namespace == self.namespace.as_str()
                }
                _ => false,
            },
        }
    }

    /// Whether only its name makes an object part of the rollout: then even an old failure counts.
    pub(crate) fn is_by_name(&self) -> bool {
        matches!(self.what, What::Objects(_))
    }

    /// Whether what somebody else manages stands for itself where that somebody is not there.
    pub(crate) fn takes_orphans(&self) -> bool {
        self.what == What::Everything
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
                for wanted in objects.values() {
                    watches.insert(Watch::named(wanted));
                    let Some(namespace) = &wanted.object.namespace else { continue };
                    if wanted.kind == Kind::DaemonSet {
                        watches.insert(Watch::NODES);
                    }
                    let helpers: &[Kind] = match wanted.kind {
                        Kind::Deployment => &[Kind::ReplicaSet, Kind::Pod, Kind::Event],
                        Kind::StatefulSet | Kind::DaemonSet | Kind::Job | Kind::Pod => {
                            &[Kind::Pod, Kind::Event]
                        }
                        Kind::PersistentVolumeClaim => &[Kind::Event],
                        _ => &[],
                    };
                    watches.extend(helpers.iter().map(|kind| Watch::of(*kind, namespace)));
                }
            }
            // What was saved is not watched.
            What::Everything => {}
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
    /// `apiVersion` and `kind` of a custom kind; where the API serves it must be asked.
    pub(crate) custom: Option<(String, String)>,
}

impl Watch {
    /// Nodes excuse the pods of a DaemonSet. Whoever has rights in one namespace only may not read
    /// them, and need not.
    const NODES: Self = Self { kind: Kind::Node, namespace: None, labels: None, custom: None };

    fn of(kind: Kind, namespace: &Namespace) -> Self {
        Self { kind, namespace: Some(namespace.clone()), labels: None, custom: None }
    }

    fn named(wanted: &Wanted) -> Self {
        let custom =
            (wanted.kind == Kind::Custom).then(|| (wanted.api_version.clone(), wanted.object.kind.clone()));
        Self { kind: wanted.kind, namespace: wanted.object.namespace.clone(), labels: None, custom }
    }

    /// The own name of a custom kind; empty for the others.
    pub(crate) fn own_name(&self) -> &str {
        self.custom.as_ref().map_or("", |(_, kind)| kind)
    }

    /// How an RBAC rule names the resource, as far as it is known before the API was asked.
    pub(crate) fn resource(&self) -> String {
        match (&self.custom, self.kind.group()) {
            (Some((api_version, kind)), _) => format!("{kind} ({api_version})"),
            (None, "") => self.kind.resource().to_owned(),
            (None, group) => format!("{}.{group}", self.kind.resource()),
        }
    }

    /// Whether the wait goes on without it.
    pub(crate) fn is_optional(&self) -> bool {
        self.kind.is_optional()
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
        assert_eq!(kinds, ["Deployment", "Job", "Pod", "ReplicaSet", "Event", "Service"]);
        assert_eq!(scope.named().count(), 4);
    }

    #[test]
    fn a_release_without_workloads_needs_no_watch() {
        let scope = Scope::release("hub".parse().unwrap(), [object("ConfigMap", "a")]);
        assert!(scope.watches().is_empty());
    }

    #[test]
    fn a_manifest_knows_custom_resources_and_what_has_no_namespace() {
        let home: Namespace = "hub".parse().unwrap();
        let certificate =
            ("cert-manager.io/v1".to_owned(), ObjectRef::namespaced("Certificate", &home, "tls"));
        let definition = ("apiextensions.k8s.io/v1".to_owned(), object("CustomResourceDefinition", "a.b.c"));
        let map = ("v1".to_owned(), object("ConfigMap", "a"));
        let scope = Scope::manifest(home, [certificate, definition, map]);
        let watches: Vec<_> =
            scope.watches().into_iter().map(|it| (it.resource(), it.namespace.is_some())).collect();
        assert_eq!(
            watches,
            [
                ("customresourcedefinitions.apiextensions.k8s.io".to_owned(), false),
                ("Certificate (cert-manager.io/v1)".to_owned(), true)
            ]
        );
    }

    #[test]
    fn a_generation_is_found_with_or_without_a_namespace() {
        let scope = Scope::namespace("hub".parse().unwrap()).at_least(object("Deployment", "a"), 7);
        let full = ObjectRef::namespaced("Deployment", &"hub".parse().unwrap(), "a");
        assert_eq!(scope.least_generation(&full), 7);
        assert_eq!(scope.least_generation(&object("Deployment", "x")), 0);
    }
}
