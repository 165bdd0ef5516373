//! One object before and afterwards, without its secrets.

use names::ObjectRef;
use serde_json::Value;

use crate::diff::{Difference, differences, hunks, whole};
use crate::normal::{hide_assigned, normal};
use crate::veil::Veil;
use crate::{Change, Drift, Field, ObjectPlan};

/// A text longer than this is shown by its hunk alone.
const LONGEST: usize = 200;

/// One object from all sides; `None` where it is not there.
pub(crate) struct Sides<'a> {
    pub(crate) desired: Option<&'a Value>,
    pub(crate) live: Option<&'a Value>,
    /// The live object with its drift undone; none where it has not drifted.
    pub(crate) restored: Option<&'a Value>,
    pub(crate) predicted: Option<&'a Value>,
}

impl Sides<'_> {
    /// What the change does to the object, and what had drifted; restarts are another file's.
    pub(crate) fn plan(
        &self,
        object: &ObjectRef,
        api_version: &str,
        change: Change,
        veil: &Veil,
    ) -> ObjectPlan {
        let mut plan = ObjectPlan::new(object.clone(), api_version.to_owned(), change);
        let live = self.live.map(normal);
        if change == Change::New || live.is_none() {
            // What the chart says reads shorter than what the API server makes of it.
            let new = self.desired.or(self.predicted).map(normal);
            plan.hunks = new.map(|new| whole(&veil.object(&new, None))).unwrap_or_default();
            return plan;
        }
        let Some(live) = live else { return plan };
        let base = self.restored.map_or_else(|| live.clone(), normal);
        let shown_base = veil.object(&base, None);
        let shown_live = veil.object(&live, Some(&base));
        let mut ends: Vec<Difference> = Vec::new();
        if let Some(predicted) = self.predicted {
            let mut predicted = normal(predicted);
            hide_assigned(&mut predicted, Some(&live), self.desired);
            let shown = veil.object(&predicted, Some(&base));
            plan.fields = differences(&shown_base, &shown).into_iter().map(field).collect();
            plan.hunks = hunks(&shown_base, &shown);
            ends = differences(&shown_live, &shown);
        }
        plan.drift = differences(&shown_base, &shown_live)
            .into_iter()
            .map(|difference| {
                let ends = ends.iter().any(|end| end.path == difference.path);
                let Field { path, from, to } = field(difference);
                Drift { path, released: from, live: to, ends }
            })
            .collect();
        plan
    }

    /// Whether the live object stays as it is.
    pub(crate) fn is_same(&self) -> bool {
        match (self.live, self.predicted) {
            (Some(live), Some(predicted)) => {
                let live = normal(live);
                let mut predicted = normal(predicted);
                hide_assigned(&mut predicted, Some(&live), self.desired);
                live == predicted
            }
            _ => false,
        }
    }
}

fn field(difference: Difference) -> Field {
    let short = |value: Option<Value>| value.filter(|value| !is_long(value));
    let path = difference.path.as_str().to_owned();
    Field { path, from: short(difference.from), to: short(difference.to) }
}

fn is_long(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\n') || text.len() > LONGEST,
        Value::Object(_) | Value::Array(_) => value.to_string().len() > LONGEST,
        _ => false,
    }
}
