//! What failed while a kind was listed or watched.

use crate::scope::Watch;

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    List,
    Watch,
}

impl Verb {
    /// As an RBAC rule names it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Watch => "watch",
        }
    }
}

/// A failure that may pass.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) verb: Verb,
    pub(super) error: kube::Error,
}

impl Trouble {
    /// Whether there is no use in trying again: a refusal of what the wait can do without.
    pub(super) fn is_final(&self, watch: &Watch) -> bool {
        watch.is_optional() && matches!(&self.error, kube::Error::Api(status) if status.code == 403)
    }
}
