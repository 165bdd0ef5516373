//! One step of a plan as text.

use serde_json::Value;

use super::plan_view::{Drift, Object, Step, Unproven};
use super::words::count;

/// Whom it hits, which pods restart, what becomes of each object, and the hooks.
pub(super) fn step(step: &Step) -> String {
    let mut text = format!("  step {} {}: {}\n", step.number, step.step, action(step));
    let mut line = |indent: usize, words: &str| text.push_str(&format!("{}{words}\n", " ".repeat(indent)));
    if let Some(unproven) = &step.unproven {
        line(4, &format!("? unproven: {}", why(unproven)));
        return text;
    }
    let restarting = step.objects.iter().filter_map(|object| Some((object, object.restart.as_ref()?)));
    let restarting: Vec<_> = restarting.collect();
    for impact in &step.impacts {
        // What only restarts is named with its pods.
        let grave = !matches!(impact.code.as_str(), "hub-restarts" | "connections-cut" | "builds-cut");
        line(4, &format!("{} {}", if grave { '!' } else { '*' }, impact.text));
    }
    if !restarting.is_empty() {
        line(4, "pods restart:");
    }
    for (object, restart) in restarting {
        let pods = restart.pods.map_or_else(String::new, |pods| format!("{pods} x "));
        let what = restart.component.as_ref().filter(|component| **component != object.name);
        let what = what.map_or_else(String::new, |component| format!(" ({component})"));
        let how = match restart.strategy.as_str() {
            "OnDelete" => "only once somebody deletes them, ",
            "Recreate" => "all at once, ",
            _ => "",
        };
        line(6, &format!("{pods}{}{what}: {how}{}", name(step, object), restart.reasons.join("; ")));
    }
    let changing = |object: &&Object| {
        object.change != "unchanged" || !object.drift.is_empty() || !object.stale.is_empty()
    };
    for object in step.objects.iter().filter(changing) {
        for (indent, words) in lines(step, object) {
            line(indent, &words);
        }
    }
    let still = step.objects.iter().filter(|object| object.change == "unchanged").count();
    let acts = step.objects.len() > still;
    for hook in step.hooks.iter().filter(|_| acts) {
        line(4, &format!("> {}/{} runs {} ({})", hook.kind, hook.name, hook.events.join(", "), hook.change));
    }
    if still > 0 {
        line(4, &format!("{} as {}", count(still, "object"), if still == 1 { "it is" } else { "they are" }));
    }
    text
}

fn action(step: &Step) -> String {
    match step.action.as_str() {
        "helm" => {
            let chart = match (&step.chart.from, &step.chart.to) {
                (Some(from), Some(to)) if from == to => to.clone(),
                (Some(from), Some(to)) => format!("{from} -> {to}"),
                (None, Some(to)) => format!("{to}, first install"),
                (_, None) => "its chart".to_owned(),
            };
            format!("release {} in {}, {chart}", step.release, step.namespace)
        }
        "apply" => format!("apply {}", step.files.join(", ")),
        _ => {
            let undo = match &step.undo {
                Some(words) => format!("undone with `{}`", words.join(" ")),
                None => "nothing undoes it".to_owned(),
            };
            let digest = step.digest.as_ref().map_or_else(String::new, |digest| format!(" ({digest})"));
            format!(
                "run {}{digest} {}; what it does cannot be tried; {undo}",
                step.program,
                step.args.join(" ")
            )
        }
    }
}

/// An object as short as it can be told: its namespace is said where it is another one.
fn name(step: &Step, object: &Object) -> String {
    match &object.namespace {
        Some(namespace) if *namespace != step.namespace => {
            format!("{}/{namespace}/{}", object.kind, object.name)
        }
        _ => format!("{}/{}", object.kind, object.name),
    }
}

fn lines(step: &Step, object: &Object) -> Vec<(usize, String)> {
    let name = name(step, object);
    let head = match object.change.as_str() {
        "new" => format!("+ {name}"),
        "deleted" => format!("- {name}"),
        "recreated" => format!("! {name} is deleted and made anew"),
        "kept" => format!("= {name} leaves the release and stays"),
        "unproven" => format!("? {name}"),
        "unchanged" => format!("  {name}"),
        _ => format!("~ {name}"),
    };
    let mut lines = vec![(4, head)];
    if let Some(unproven) = &object.unproven {
        lines.push((8, format!("unproven: {}", why(unproven))));
    }
    lines.extend(object.conflicts.iter().map(|it| (8, format!("{} is managed by {}", it.field, it.manager))));
    for hunk in &object.hunks {
        if !hunk.path.is_empty() {
            lines.push((8, format!("@@ {} @@", hunk.path)));
        }
        lines.extend(hunk.lines.iter().map(|line| (8, line.clone())));
    }
    if object.change == "changed" && object.hunks.is_empty() && object.drift.is_empty() {
        lines.push((8, "only secret values in it change".to_owned()));
    }
    lines.extend(object.drift.iter().map(|drift| (8, drifted(drift))));
    lines.extend(
        object
            .stale
            .iter()
            .map(|read| (8, format!("reads {read}, which changes, and is not restarted for it"))),
    );
    lines
}

fn drifted(drift: &Drift) -> String {
    let side = |value: &Option<Value>| match value {
        None => "none, or a long text".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let end = if drift.ends { "this step puts it back" } else { "this step leaves it" };
    if drift.path.is_empty() {
        return format!("drift: it was deleted by hand; {end}");
    }
    format!(
        "drift: {} is {}, was released as {}; {end}",
        drift.path,
        side(&drift.live),
        side(&drift.released)
    )
}

fn why(unproven: &Unproven) -> String {
    match unproven.needs {
        Some(step) => format!("needs step {step}: {}", unproven.reason),
        None => unproven.reason.clone(),
    }
}
