//! A plan in the words of events.

use deploy_events::{PlannedWrite, WriteVerb};
use release_plan::{Action, Change, StepPlan};

/// What changes, and the hooks beside it; what stays as it is is no news.
pub(crate) fn writes(plan: &StepPlan) -> Vec<PlannedWrite> {
    let verb = |change| match change {
        Change::New | Change::Unproven => Some(WriteVerb::Create),
        Change::Changed | Change::Recreated => Some(WriteVerb::Change),
        Change::Deleted => Some(WriteVerb::Delete),
        Change::Kept | Change::Unchanged => None,
    };
    let mut writes: Vec<PlannedWrite> = plan
        .objects()
        .iter()
        .filter_map(|it| Some(PlannedWrite { verb: verb(it.change)?, object: it.object.clone() }))
        .collect();
    if let (Action::Helm(helm), false) = (&plan.action, writes.is_empty()) {
        let hooks = helm.hooks.iter().map(|hook| hook.object.clone());
        writes.extend(hooks.map(|object| PlannedWrite { verb: WriteVerb::Hook, object }));
    }
    writes
}
