//! An outcome as a person reads it.

use std::fmt::Write as _;

use chart_bump::{Notice, Plan, unified_diff};

use crate::commands::Outcome;

/// What goes to standard output.
pub(super) fn result(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Bumped { plan, dry_run } => {
            let mut text = moves(plan);
            if *dry_run {
                for file in &plan.files {
                    text.push_str(&unified_diff(&file.file, &file.before, &file.after));
                }
            }
            text
        }
        Outcome::Set { diff, dry_run: true, .. } => diff.clone(),
        Outcome::Set { .. } => String::new(),
        Outcome::Got { value, .. } => format!("{value}\n"),
    }
}

/// `binderhub: OLD...NEW` and the page that compares them, once for every pair.
fn moves(plan: &Plan) -> String {
    let mut lines: Vec<String> = Vec::new();
    for step in plan.moves.iter().filter(|step| step.old != step.new) {
        let mut text = format!("{}: {}...{}\n", plan.name, step.old, step.new);
        if let Some(url) = &step.compare {
            let _ = writeln!(text, "{url}");
        }
        if !lines.contains(&text) {
            lines.push(text);
        }
    }
    lines.concat()
}

/// What goes to standard error.
pub(super) fn talk(outcome: &Outcome) -> String {
    let mut text = String::new();
    let dry = matches!(outcome, Outcome::Bumped { dry_run: true, .. } | Outcome::Set { dry_run: true, .. });
    let change = if dry { "would change" } else { "changed" };
    match outcome {
        Outcome::Bumped { plan, .. } => {
            for notice in &plan.notices {
                let _ = writeln!(text, "note: {notice}");
            }
            for step in &plan.moves {
                let _ = match step.changed {
                    true => writeln!(text, "{change} {}", step.place),
                    false => writeln!(text, "nothing to do: {} is at {} already", step.place, step.new),
                };
            }
        }
        Outcome::Set { place, path, changed, followers, .. } => {
            for place in followers {
                let _ = writeln!(text, "note: {}", Notice::Follows { place: place.clone() });
            }
            let _ = match changed {
                true => writeln!(text, "{change} {place} ({path})"),
                false => writeln!(text, "nothing to do: {place} ({path}) has this value already"),
            };
        }
        Outcome::Got { .. } => {}
    }
    text
}
