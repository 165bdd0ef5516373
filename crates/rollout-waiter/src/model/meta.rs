//! What every object carries: its name, its owner, its generation.

use jiff::Timestamp;
use serde::Deserialize;

use super::lenient;
use super::marks::{Mark, Marks};

/// The part of `metadata` that verdicts need.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// Name.
    #[serde(default, deserialize_with = "lenient::field")]
    pub name: String,
    /// Namespace; empty for objects of the whole cluster.
    #[serde(default, deserialize_with = "lenient::field")]
    pub namespace: String,
    /// Identity: an object that was deleted and created anew has another one.
    #[serde(default, deserialize_with = "lenient::field")]
    pub uid: String,
    /// Version of the object, opaque.
    #[serde(default, deserialize_with = "lenient::field")]
    pub resource_version: String,
    /// How often the wanted state was changed.
    #[serde(default, deserialize_with = "lenient::count")]
    pub generation: i64,
    /// Labels that a rule reads.
    #[serde(default, deserialize_with = "lenient::field")]
    pub labels: Marks,
    /// Annotations that a rule reads.
    #[serde(default, deserialize_with = "lenient::field")]
    pub annotations: Marks,
    /// Who made it.
    #[serde(default, deserialize_with = "lenient::list")]
    pub owner_references: Vec<OwnerReference>,
    /// When it was created, by the server's clock.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub creation_timestamp: Option<Timestamp>,
    /// Set as soon as somebody asked for its deletion.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub deletion_timestamp: Option<Timestamp>,
}

/// One owner of an object.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct OwnerReference {
    /// The owner's kind.
    #[serde(default, deserialize_with = "lenient::field")]
    pub kind: String,
    /// The owner's name.
    #[serde(default, deserialize_with = "lenient::field")]
    pub name: String,
    /// The owner's identity.
    #[serde(default, deserialize_with = "lenient::field")]
    pub uid: String,
    /// Whether this owner is the one that manages the object.
    #[serde(default, deserialize_with = "lenient::field")]
    pub controller: bool,
}

impl Meta {
    /// The owner that manages the object.
    #[must_use]
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller)
    }

    /// The value of a label, or the empty text.
    #[must_use]
    pub fn label(&self, mark: Mark) -> &str {
        self.labels.get(mark)
    }

    /// The value of an annotation, or the empty text.
    #[must_use]
    pub fn annotation(&self, mark: Mark) -> &str {
        self.annotations.get(mark)
    }
}

/// One entry of `status.conditions`, the same in every kind.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// What is asserted.
    #[serde(default, rename = "type", deserialize_with = "lenient::field")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    #[serde(default, deserialize_with = "lenient::field")]
    pub status: String,
    /// One word why.
    #[serde(default, deserialize_with = "lenient::field")]
    pub reason: String,
    /// One sentence why.
    #[serde(default, deserialize_with = "lenient::field")]
    pub message: String,
    /// Since when, by the server's clock, in whole seconds.
    #[serde(default, deserialize_with = "lenient::maybe")]
    pub last_transition_time: Option<Timestamp>,
}

impl Condition {
    /// The condition of that name, if it is `True`.
    pub(crate) fn holding<'a>(conditions: &'a [Self], kind: &str) -> Option<&'a Self> {
        Self::named(conditions, kind).filter(|condition| condition.status == "True")
    }

    /// The condition of that name.
    pub(crate) fn named<'a>(conditions: &'a [Self], kind: &str) -> Option<&'a Self> {
        conditions.iter().find(|condition| condition.kind == kind)
    }
}
