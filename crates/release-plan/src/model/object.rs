//! What becomes of one object.

use names::ObjectRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One object, and what becomes of it. No value in here is a secret's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectPlan {
    /// The object.
    #[serde(flatten)]
    #[schemars(with = "ObjectShape")]
    pub object: ObjectRef,
    /// Its group and version, as in a manifest.
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    /// What becomes of it.
    pub change: Change,
    /// What the change does to its fields, apart from drift.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// The same as a unified diff with context; for a new object, the object.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hunks: Vec<Hunk>,
    /// Where the live object is not as the last release left it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<Drift>,
    /// The pods that restart for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<Restart>,
    /// ConfigMaps and Secrets that change under pods which are not restarted for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<String>,
    /// Why the API server could not say what becomes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Unproven>,
    /// Fields that somebody else manages; the step would fail on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
}

/// The keys of an object's reference, for the schema.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its shape is used")]
struct ObjectShape {
    /// The kind, as in a manifest.
    kind: String,
    /// Absent for objects of the whole cluster.
    namespace: Option<String>,
    /// The object's name.
    name: String,
}

/// What becomes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is new.
    New,
    /// It changes.
    Changed,
    /// It is deleted and made anew.
    Recreated,
    /// It goes.
    Deleted,
    /// It leaves the release and stays in the cluster, since it says so.
    Kept,
    /// It stays as it is.
    Unchanged,
    /// It cannot be said yet.
    Unproven,
}

/// One field and what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// Where it is: `spec.template.spec.containers[name=hub].image`.
    pub path: String,
    /// Its value before; absent where it is new, and for texts of several lines, which the hunks show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// Its value afterwards; absent where it goes, and for texts of several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// A place of a unified diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hunk {
    /// The first field that differs in it.
    pub path: String,
    /// Its lines, each after `+`, `-` or a blank. The hash does not count the context.
    pub lines: Vec<String>,
}

/// A field that is not as the last release left it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// Where it is.
    pub path: String,
    /// As the last release left it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Value>,
    /// As it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<Value>,
    /// Whether this step puts an end to it.
    pub ends: bool,
}

/// Pods that restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Restart {
    /// Why, the plainest reason first.
    pub reasons: Vec<String>,
    /// How many pods the workload has; absent where the chart does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pods: Option<u64>,
    /// What the pods are in their application: `hub`, `proxy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// How they are replaced: `RollingUpdate`, `Recreate`, `OnDelete`.
    pub strategy: String,
}

/// Why something cannot be said yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unproven {
    /// What the API server said.
    pub reason: String,
    /// The step that must be done first, by its number; absent where it is not one of this member's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<usize>,
}

/// A field that another manager owns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// Where it is.
    pub field: String,
    /// Who says what it is.
    pub manager: String,
}

impl ObjectPlan {
    /// Whether it stays as it is, proven.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.change == Change::Unchanged
    }

    pub(crate) fn new(object: ObjectRef, api_version: String, change: Change) -> Self {
        Self {
            object,
            api_version,
            change,
            fields: Vec::new(),
            hunks: Vec::new(),
            drift: Vec::new(),
            restart: None,
            stale: Vec::new(),
            unproven: None,
            conflicts: Vec::new(),
        }
    }
}
