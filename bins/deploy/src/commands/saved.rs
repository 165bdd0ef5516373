//! Plans in files: saved by `deploy plan --out`, held to by `deploy up --plan`.

use camino::Utf8Path;
use deploy_events::{Outcome, Timeline};
use release_plan::{Document, MemberPlan};
use serde::Deserialize as _;

use crate::trouble::{Refusal, Trouble};

/// The plan in a file, whole and unaltered.
pub(super) fn read(path: &Utf8Path) -> Result<Document, Refusal> {
    let bytes =
        std::fs::read(path).map_err(|source| Trouble::Unreadable { path: path.to_owned(), source })?;
    Document::read(path, &bytes).map_err(|error| Refusal::usage([&error as &dyn problem::Diagnose]))
}

/// Whom it is for: those that were named, else everybody in the plan.
pub(super) fn targets(named: Vec<String>, agreed: Option<&Document>) -> Vec<String> {
    match agreed {
        Some(plan) if named.is_empty() => {
            plan.members.iter().map(|member| member.member.to_string()).collect()
        }
        _ => named,
    }
}

/// The plan that a run has made; none where it did more, or could not plan every member.
pub(super) fn document(timeline: &Timeline) -> Option<Document> {
    let made = matches!(timeline.outcome, Some(Outcome::Planned | Outcome::Unchanged));
    if !made || timeline.command != "plan" {
        return None;
    }
    let member = |plan: &serde_json::Value| MemberPlan::deserialize(plan).ok();
    let members = timeline.members.iter().map(|it| member(it.plan.as_ref()?));
    Some(Document::new(members.collect::<Option<_>>()?))
}

/// Saves the plan that a run has made; without one, nothing is written, and the run says why.
pub(super) fn write(path: &Utf8Path, timeline: &Timeline) -> Result<(), Refusal> {
    let Some(plan) = document(timeline) else { return Ok(()) };
    let unwritable = |source| Trouble::Unwritable { path: path.to_owned(), source };
    // Never half a plan: it is whole under another name first.
    let whole = path.with_extension("part");
    std::fs::write(&whole, plan.to_bytes()).map_err(unwritable)?;
    std::fs::rename(&whole, path).map_err(unwritable)?;
    Ok(())
}
