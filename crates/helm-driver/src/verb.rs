//! The ways to write to the Kubernetes API.

/// One way to change an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Verb {
    /// A new object.
    Create,
    /// The whole object is replaced.
    Update,
    /// A patch that Helm computed.
    Patch,
    /// Server-side apply.
    Apply,
    /// One object is deleted.
    Delete,
    /// All objects of a list are deleted; Helm never does this.
    DeleteCollection,
}

impl Verb {
    /// The verb in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Apply => "apply",
            Self::Delete => "delete",
            Self::DeleteCollection => "deletecollection",
        }
    }
}

impl std::fmt::Display for Verb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
