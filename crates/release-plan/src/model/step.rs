//! What one step does.

use names::{Namespace, ObjectRef, ReleaseName, StepName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Change, Impact, ObjectPlan, PlanHash, Unproven};

/// One step of a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepPlan {
    /// Its name.
    #[schemars(with = "String")]
    pub step: StepName,
    /// Its place among the member's steps, from 1.
    pub number: usize,
    /// What it does.
    #[serde(flatten)]
    pub action: Action,
    /// Whom it hits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub impacts: Vec<Impact>,
    /// Why nothing of it can be said yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Unproven>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Action {
    /// Upgrades or installs a release.
    Helm(HelmPlan),
    /// Applies manifests on the server's side.
    Apply(ApplyPlan),
    /// Runs a program; what that does cannot be tried.
    Run(RunPlan),
}

/// An upgrade or a first install.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HelmPlan {
    /// The release.
    #[schemars(with = "String")]
    pub release: ReleaseName,
    /// Where it lives.
    #[schemars(with = "String")]
    pub namespace: Namespace,
    /// The chart before and afterwards.
    pub chart: ChartPlan,
    /// Every object of the release, and every one that leaves it.
    pub objects: Vec<ObjectPlan>,
    /// The hooks that run, in Helm's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<HookPlan>,
}

/// The chart of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChartPlan {
    /// Name and version of what is live; absent for a first install.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Name and version afterwards; absent where the chart could not be rendered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A hook that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HookPlan {
    /// The object that Helm makes.
    #[serde(flatten)]
    #[schemars(with = "HookShape")]
    pub object: ObjectRef,
    /// The moments at which it is made, in Helm's words; only those of this operation.
    pub events: Vec<String>,
    /// Smaller runs earlier.
    pub weight: i64,
    /// New, changed or unchanged since the last release.
    pub change: Change,
}

/// The keys of a hook's object, for the schema.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its shape is used")]
struct HookShape {
    /// The kind, as in a manifest.
    kind: String,
    /// Absent for objects of the whole cluster.
    namespace: Option<String>,
    /// The object's name.
    name: String,
}

/// Manifests that are applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApplyPlan {
    /// The files, in order.
    pub files: Vec<String>,
    /// Their objects, sorted.
    pub objects: Vec<ObjectPlan>,
}

/// A program that is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunPlan {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// A digest of the program; that of a sealed one is under a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// How long it may take.
    #[serde(rename = "timeoutSeconds")]
    pub timeout_seconds: u64,
    /// Whether its failure ends the member's part of the run.
    pub required: bool,
    /// The arguments with which it undoes its work; absent where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Vec<String>>,
}

impl StepPlan {
    /// Over everything that it says but the context of hunks.
    #[must_use]
    pub fn hash(&self) -> PlanHash {
        crate::canonical::hash(self)
    }

    /// The objects that it names.
    #[must_use]
    pub fn objects(&self) -> &[ObjectPlan] {
        match &self.action {
            Action::Helm(helm) => &helm.objects,
            Action::Apply(apply) => &apply.objects,
            Action::Run(_) => &[],
        }
    }

    /// Whether it would write nothing. A program is always run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unproven.is_none()
            && !matches!(self.action, Action::Run(_))
            && self.objects().iter().all(ObjectPlan::is_unchanged)
    }

    /// The objects that would be written.
    pub fn written(&self) -> impl Iterator<Item = &ObjectPlan> {
        self.objects().iter().filter(|object| !matches!(object.change, Change::Unchanged | Change::Kept))
    }
}
