//! Whether a plan that was shown still is what would happen.

use std::collections::BTreeMap;

use names::ObjectRef;

use crate::{Action, Change, ObjectPlan, StepPlan, canonical};

/// What differs between a plan that was shown and the one of now, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement(pub Vec<String>);

/// More than these are counted.
const NAMED: usize = 5;

/// What of `shown` does not hold any more; none where all of it holds.
///
/// What could not be proven when it was shown may be proven now: then it is shown for the first time,
/// and nothing disagrees.
#[must_use]
pub fn disagreement(shown: &StepPlan, now: &StepPlan) -> Option<Disagreement> {
    if canonical::hash(shown) == canonical::hash(now) || shown.unproven.is_some() {
        return None;
    }
    let index = |step: &StepPlan| -> BTreeMap<ObjectRef, ObjectPlan> {
        step.objects().iter().map(|object| (object.object.clone(), object.clone())).collect()
    };
    let (before, after) = (index(shown), index(now));
    let mut differ = Vec::new();
    for (object, plan) in &before {
        match after.get(object) {
            _ if plan.change == Change::Unproven && after.contains_key(object) => {}
            Some(other) if canonical::hash(plan) == canonical::hash(other) => {}
            _ => differ.push(object.to_string()),
        }
    }
    differ.extend(after.keys().filter(|object| !before.contains_key(object)).map(ToString::to_string));
    if let (Action::Helm(one), Action::Helm(other)) = (&shown.action, &now.action) {
        differ.extend((one.chart != other.chart).then(|| "the chart".to_owned()));
        differ.extend((one.hooks != other.hooks).then(|| "the hooks".to_owned()));
    }
    if let (Action::Run(one), Action::Run(other)) = (&shown.action, &now.action) {
        differ.extend((one != other).then(|| "the program or its arguments".to_owned()));
    }
    (!differ.is_empty()).then_some(Disagreement(differ))
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named: Vec<&str> = self.0.iter().take(NAMED).map(String::as_str).collect();
        f.write_str(&named.join(", "))?;
        match self.0.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
