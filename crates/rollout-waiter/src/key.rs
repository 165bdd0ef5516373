//! By what an object is found, in the order in which a person reads.

use names::ObjectRef;

use crate::model::{Kind, Object};
use crate::scope::Wanted;

/// Kind, the own name of a custom kind, namespace, name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    kind: Kind,
    own_name: String,
    namespace: String,
    name: String,
}

impl Key {
    /// Of a kind that is built in.
    pub(crate) fn new(kind: Kind, namespace: &str, name: &str) -> Self {
        Self { kind, own_name: String::new(), namespace: namespace.to_owned(), name: name.to_owned() }
    }

    pub(crate) fn of(object: &Object) -> Self {
        let meta = object.meta();
        let own_name = match object {
            Object::Resource(resource) if object.kind() == Kind::Custom => resource.kind.clone(),
            _ => String::new(),
        };
        Self { own_name, ..Self::new(object.kind(), &meta.namespace, &meta.name) }
    }

    pub(crate) fn of_wanted(wanted: &Wanted) -> Self {
        let namespace = wanted.object.namespace.as_ref().map_or("", names::Namespace::as_str);
        Self {
            own_name: wanted.own_name().to_owned(),
            ..Self::new(wanted.kind, namespace, &wanted.object.name)
        }
    }

    /// How an operator names it.
    pub(crate) fn reference(&self) -> ObjectRef {
        let kind = if self.own_name.is_empty() { self.kind.name() } else { &self.own_name };
        ObjectRef { kind: kind.to_owned(), namespace: self.namespace.parse().ok(), name: self.name.clone() }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }
}
