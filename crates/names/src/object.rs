//! A reference to one Kubernetes object, as an operator would type it.

use crate::Namespace;

/// Kind, namespace and name; the version of the API does not matter to a reader.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ObjectRef {
    /// The kind, as in a manifest: `Deployment`.
    pub kind: String,
    /// Absent for objects of the whole cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// The object's name. Not every kind keeps to RFC 1123 (`system:node`), so it is text.
    pub name: String,
}

impl ObjectRef {
    /// An object in a namespace.
    #[must_use]
    pub fn namespaced(kind: &str, namespace: &Namespace, name: &str) -> Self {
        Self { kind: kind.to_owned(), namespace: Some(namespace.clone()), name: name.to_owned() }
    }
}

impl std::fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{}/{namespace}/{}", self.kind, self.name),
            None => write!(f, "{}/{}", self.kind, self.name),
        }
    }
}
