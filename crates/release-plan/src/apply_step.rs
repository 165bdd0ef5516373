//! The plan of a step that applies manifests, from the API server's answers to dry runs of them.

use camino::Utf8Path;
use helm_release::documents;
use names::{Namespace, ObjectRef, StepName};
use problem::Place;
use serde::Deserialize as _;
use serde_json::Value;

use crate::compare::Sides;
use crate::manifest::items;
use crate::rules::{self, Considered};
use crate::veil::Veil;
use crate::{Action, ApplyPlan, Change, Conflict, Error, StepPlan, Unproven};

/// One object of a manifest file. Its value may hold secrets, and is not shown.
#[derive(Clone)]
pub struct Manifest {
    /// Kind and name; the namespace is the one that it names, or else its step's.
    pub object: ObjectRef,
    /// Its group and version.
    pub api_version: String,
    /// The object.
    pub value: Value,
    /// Where its document begins.
    pub place: Place,
}

/// What the API server said of an object.
#[derive(Clone)]
pub struct Attempt {
    /// The object.
    pub manifest: Manifest,
    /// As it is.
    pub live: Option<Value>,
    /// What would come of it.
    pub verdict: Verdict,
}

/// What would come of applying an object.
#[derive(Clone)]
pub enum Verdict {
    /// It becomes this.
    Becomes(Value),
    /// Somebody else manages fields of it, and the step would fail.
    Conflicts(Vec<Conflict>),
    /// The API server cannot say yet, for this reason.
    Unproven(String),
}

impl Manifest {
    /// The objects of a file, in its order.
    ///
    /// # Errors
    /// [`Error::Yaml`] for what cannot be read, [`Error::NotAnObject`] for a document without a kind, a
    /// version or a name.
    pub fn parse(file: &Utf8Path, text: &str, home: &Namespace) -> Result<Vec<Self>, Error> {
        let mut all = Vec::new();
        for document in documents(text) {
            let place = place(file, text, document);
            let value = Value::deserialize(serde_yaml::Deserializer::from_str(document));
            let value =
                value.map_err(|source| Error::Yaml { place: Box::new(within(&place, &source)), source })?;
            if value.is_null() {
                continue;
            }
            for value in items(value) {
                all.push(Self::read(value, &place, home)?);
            }
        }
        Ok(all)
    }

    fn read(value: Value, place: &Place, home: &Namespace) -> Result<Self, Error> {
        let lacks = |what| Error::NotAnObject { place: Box::new(place.clone()), lacks: what };
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let kind = text("/kind").ok_or_else(|| lacks("a kind"))?;
        let api_version = text("/apiVersion").ok_or_else(|| lacks("an apiVersion"))?;
        let name = text("/metadata/name").ok_or_else(|| lacks("a name"))?;
        let own = text("/metadata/namespace").and_then(|name| name.parse().ok());
        let namespace = Some(own.unwrap_or_else(|| home.clone()));
        Ok(Self { object: ObjectRef { kind, namespace, name }, api_version, value, place: place.clone() })
    }
}

/// Where a document begins: the first of its lines that says something.
fn place(file: &Utf8Path, text: &str, document: &str) -> Place {
    let start = (document.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.get(..start).unwrap_or_default().matches('\n').count();
    let says = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let skipped = document.lines().position(says).unwrap_or(0);
    Place::new(file.to_owned(), before + skipped + 1, 1)
}

fn within(place: &Place, error: &serde_yaml::Error) -> Place {
    // The parser counts from the document's first line.
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    Place::new(place.file.clone(), place.line + line.saturating_sub(1), column)
}

/// What applying the files does.
#[must_use]
pub fn apply_step(
    step: StepName,
    number: usize,
    files: Vec<String>,
    attempts: Vec<Attempt>,
    veil: &Veil,
) -> StepPlan {
    let mut considered: Vec<Considered> = attempts.into_iter().map(|it| consider(it, veil)).collect();
    considered.sort_by(|one, other| one.plan.object.cmp(&other.plan.object));
    rules::restarts(&mut considered, veil);
    let objects = considered.into_iter().map(|it| it.plan).collect();
    let action = Action::Apply(ApplyPlan { files, objects });
    StepPlan { step, number, action, impacts: Vec::new(), unproven: None }
}

fn consider(attempt: Attempt, veil: &Veil) -> Considered {
    let Attempt { manifest, live, verdict } = attempt;
    let predicted = match &verdict {
        Verdict::Becomes(value) => Some(value),
        Verdict::Conflicts(_) | Verdict::Unproven(_) => None,
    };
    let sides = Sides { desired: Some(&manifest.value), live: live.as_ref(), restored: None, predicted };
    let change = match &verdict {
        Verdict::Becomes(_) if live.is_none() => Change::New,
        Verdict::Becomes(_) if sides.is_same() => Change::Unchanged,
        Verdict::Becomes(_) => Change::Changed,
        Verdict::Conflicts(_) | Verdict::Unproven(_) => Change::Unproven,
    };
    let mut plan = sides.plan(&manifest.object, &manifest.api_version, change, veil);
    let after = predicted.cloned();
    match verdict {
        Verdict::Becomes(_) => {}
        Verdict::Unproven(reason) => {
            plan.unproven = Some(Unproven { reason: veil.text(&reason), needs: None });
        }
        Verdict::Conflicts(mut conflicts) => {
            conflicts.sort();
            let reason = "somebody else manages fields of it, and the step would fail on them".to_owned();
            plan.unproven = Some(Unproven { reason, needs: None });
            plan.conflicts = conflicts;
        }
    }
    Considered { plan, live, after, desired: Some(manifest.value) }
}

impl std::fmt::Debug for Manifest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Manifest")
            .field("object", &self.object)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}
