//! An outcome as one JSON object on one line.
//!
//! `outcome` is `changed`, `would-change`, `unchanged`, `value` or `failed`, and `exit` the code
//! with which the process ends. A failure carries `problem` with `code`, `message`, `causes`,
//! `place` and `help`; a bump `name`, `moves`, `notices` and `diff`; `set` `place`, `path`,
//! `followers` and `diff`; `get` `place`, `path` and `value`.

use chart_bump::{Plan, unified_diff};
use serde_json::{Value, json};

use crate::commands::{Failure, Outcome};

pub(super) fn line(outcome: &Result<Outcome, Failure>, code: u8) -> String {
    let value = match outcome {
        Ok(Outcome::Bumped { plan, dry_run }) => bumped(plan, *dry_run, code),
        Ok(Outcome::Set { place, path, changed, dry_run, followers, diff }) => json!({
            "outcome": word(*changed, *dry_run),
            "exit": code,
            "place": place,
            "path": path.to_string(),
            "followers": followers,
            "diff": diff,
        }),
        Ok(Outcome::Got { place, path, value }) => json!({
            "outcome": "value",
            "exit": code,
            "place": place,
            "path": path.to_string(),
            "value": value,
        }),
        Err(failure) => json!({ "outcome": "failed", "exit": code, "problem": failure.record }),
    };
    format!("{value}\n")
}

fn bumped(plan: &Plan, dry_run: bool, code: u8) -> Value {
    let moves: Vec<Value> = plan
        .moves
        .iter()
        .map(|step| {
            json!({
                "place": step.place,
                "path": step.path.to_string(),
                "old": step.old,
                "new": step.new,
                "changed": step.changed,
                "compare": step.compare.as_ref().map(url::Url::as_str),
            })
        })
        .collect();
    let diffs = plan.files.iter().map(|file| unified_diff(&file.file, &file.before, &file.after));
    json!({
        "outcome": word(!plan.files.is_empty(), dry_run),
        "exit": code,
        "name": plan.name,
        "moves": moves,
        "notices": plan.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "diff": diffs.collect::<String>(),
    })
}

fn word(changed: bool, dry_run: bool) -> &'static str {
    match (changed, dry_run) {
        (false, _) => "unchanged",
        (true, false) => "changed",
        (true, true) => "would-change",
    }
}
