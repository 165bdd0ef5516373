//! One object of any known kind, and how it changes.

use names::ObjectRef;
use serde::de::DeserializeSeed;
use serde::{Deserialize as _, Deserializer};
use serde_json::Value;

use super::{
    Claim, DaemonSet, Deployment, Job, Kind, Meta, Node, Notice, Pod, ReplicaSet, Resource, Service,
    StatefulSet,
};

/// An object of a kind that the waiter knows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the variants are named after their kinds")]
pub enum Object {
    Deployment(Deployment),
    StatefulSet(StatefulSet),
    DaemonSet(DaemonSet),
    Job(Job),
    Claim(Claim),
    Pod(Box<Pod>),
    ReplicaSet(ReplicaSet),
    Notice(Notice),
    Node(Node),
    Service(Service),
    /// Any other kind, as far as generations and conditions tell.
    Resource(Box<Resource>),
}

/// What a watch reports.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The object is there and looks like this.
    Seen(Object),
    /// The object is gone and last looked like this.
    Gone(Object),
}

impl Object {
    /// The object in a piece of JSON, or nothing where its kind is unknown.
    #[must_use]
    pub fn from_json(json: Value) -> Option<Self> {
        let kind = json.get("kind")?.as_str()?;
        let kind = match json.get("apiVersion").and_then(Value::as_str) {
            Some(api_version) => Kind::of(api_version, kind)?,
            None => Kind::named(kind)?,
        };
        Self::of_kind(kind, json)
    }

    /// The object in a piece of JSON that is known to be of a kind; lists leave `kind` out.
    #[must_use]
    pub fn of_kind(kind: Kind, json: Value) -> Option<Self> {
        OfKind(kind).deserialize(json).ok()
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Deployment(_) => Kind::Deployment,
            Self::StatefulSet(_) => Kind::StatefulSet,
            Self::DaemonSet(_) => Kind::DaemonSet,
            Self::Job(_) => Kind::Job,
            Self::Claim(_) => Kind::PersistentVolumeClaim,
            Self::Pod(_) => Kind::Pod,
            Self::ReplicaSet(_) => Kind::ReplicaSet,
            Self::Notice(_) => Kind::Event,
            Self::Node(_) => Kind::Node,
            Self::Service(_) => Kind::Service,
            Self::Resource(resource) => resource.known.unwrap_or(Kind::Custom),
        }
    }

    /// Gives a custom resource the kind that a list leaves out, and the namespace that its watch was asked for.
    pub(crate) fn complete(&mut self, namespace: &str, custom: Option<&(String, String)>) {
        let (Self::Resource(resource), Some((api_version, kind))) = (self, custom) else { return };
        if resource.metadata.namespace.is_empty() {
            // A kind of the whole cluster that the manifest's reader took for a namespaced one.
            namespace.clone_into(&mut resource.metadata.namespace);
        }
        api_version.clone_into(&mut resource.api_version);
        kind.clone_into(&mut resource.kind);
    }

    /// Name, owner, generation.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        match self {
            Self::Deployment(object) => &object.metadata,
            Self::StatefulSet(object) => &object.metadata,
            Self::DaemonSet(object) => &object.metadata,
            Self::Job(object) => &object.metadata,
            Self::Claim(object) => &object.metadata,
            Self::Pod(object) => &object.metadata,
            Self::ReplicaSet(object) => &object.metadata,
            Self::Notice(object) => &object.metadata,
            Self::Node(object) => &object.metadata,
            Self::Service(object) => &object.metadata,
            Self::Resource(object) => &object.metadata,
        }
    }

    /// How an operator names it.
    #[must_use]
    pub fn reference(&self) -> ObjectRef {
        let mut named = reference(self.kind(), self.meta());
        if let Self::Resource(resource) = self
            && resource.known.is_none_or(|kind| kind == Kind::Custom)
        {
            named.kind.clone_from(&resource.kind);
        }
        named
    }
}

/// Reads an object that is known to be of a kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfKind(pub(crate) Kind);

impl<'de> DeserializeSeed<'de> for OfKind {
    type Value = Object;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Object, D::Error> {
        Ok(match self.0 {
            Kind::Deployment => Object::Deployment(Deployment::deserialize(json)?),
            Kind::StatefulSet => Object::StatefulSet(StatefulSet::deserialize(json)?),
            Kind::DaemonSet => Object::DaemonSet(DaemonSet::deserialize(json)?),
            Kind::Job => Object::Job(Job::deserialize(json)?),
            Kind::PersistentVolumeClaim => Object::Claim(Claim::deserialize(json)?),
            Kind::Pod => Object::Pod(Box::new(Pod::deserialize(json)?)),
            Kind::ReplicaSet => Object::ReplicaSet(ReplicaSet::deserialize(json)?),
            Kind::Event => Object::Notice(Notice::deserialize(json)?),
            Kind::Node => Object::Node(Node::deserialize(json)?),
            Kind::Service => Object::Service(Service::deserialize(json)?),
            Kind::Ingress
            | Kind::HorizontalPodAutoscaler
            | Kind::PodDisruptionBudget
            | Kind::CustomResourceDefinition
            | Kind::Custom => {
                let mut resource = Resource::deserialize(json)?;
                resource.known = Some(self.0);
                Object::Resource(Box::new(resource))
            }
        })
    }
}

impl Change {
    /// The object, as it is or last was.
    #[must_use]
    pub fn object(&self) -> &Object {
        match self {
            Self::Seen(object) | Self::Gone(object) => object,
        }
    }
}

/// How an operator names an object.
pub(crate) fn reference(kind: Kind, meta: &Meta) -> ObjectRef {
    ObjectRef {
        kind: kind.name().to_owned(),
        namespace: meta.namespace.parse().ok(),
        name: meta.name.clone(),
    }
}
