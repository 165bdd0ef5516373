//! What a check found, as a person reads it.

use std::fmt::Write as _;

use chart_bump::{Pending, Report};
use problem::{ProblemRecord, Style, render};

use crate::commands::{Checked, is_held, is_silence};

/// A name a line, and below it what is the matter.
pub(super) fn table(checked: &Checked) -> String {
    let width = checked.reports.iter().map(|report| report.name.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for report in &checked.reports {
        let _ = writeln!(text, "{:<width$}  {}", report.name, state(report));
        if let Some(page) = report.pending.as_ref().and_then(|pending| pending.compare.as_ref()) {
            let _ = writeln!(text, "  {page}");
        }
        for sign in &report.signs {
            let kind = match sign {
                _ if is_held(sign) => "held",
                _ if is_silence(sign) => "unknown",
                _ => "stale",
            };
            let _ = writeln!(text, "  {kind}: {sign}");
            let _ = writeln!(text, "    -> {}", sign.help());
        }
        for notice in &report.notices {
            let _ = writeln!(text, "  note: {notice}");
        }
    }
    text
}

fn state(report: &Report) -> String {
    let mut versions: Vec<&str> = report.pins.iter().map(|pin| pin.version.as_str()).collect();
    versions.dedup();
    let versions = versions.join(", ");
    match (&report.pending, &report.newest, &report.broken) {
        (_, _, Some(_)) => "cannot be looked at: see below".to_owned(),
        (Some(pending), _, _) => format!("{versions} -> {}{}", pending.new, age(pending)),
        (None, Some(_), _) if report.signs.is_empty() => format!("{versions} is the newest"),
        _ => versions,
    }
}

/// `, 18 commits, 12 days`.
fn age(pending: &Pending) -> String {
    let plural = |count: u64, word: &str| format!("  {count} {word}{}", if count == 1 { "" } else { "s" });
    let commits = pending.commits.map(|commits| plural(commits, "commit"));
    let days = pending.days.map(|days| plural(days, "day"));
    commits.into_iter().chain(days).collect()
}

/// What is wrong with the repository itself, and how many of each kind there are.
pub(super) fn talk(checked: &Checked) -> String {
    let mut text = String::new();
    let mut problem = |record: &ProblemRecord| {
        let _ = writeln!(text, "{}", render(record, Style::Coloured));
    };
    checked.reports.iter().filter_map(|report| report.broken.as_ref()).for_each(&mut problem);
    for pin in &checked.unwatched.pins {
        problem(&ProblemRecord::from_diagnose(&pin.unwatched()));
    }
    for notice in &checked.unwatched.notices {
        let _ = writeln!(text, "note: {notice}");
    }
    let count = |is: &dyn Fn(&Report) -> bool| checked.reports.iter().filter(|report| is(report)).count();
    let pending = count(&|report| report.pending.is_some());
    let beyond = count(&|report| checked.is_beyond(report));
    let limits = checked.max_commits.is_some() || checked.max_days.is_some();
    let stale = count(&|report| report.signs.iter().any(|sign| !is_silence(sign) && !is_held(sign)));
    let held = count(&|report| report.signs.iter().any(is_held));
    let held = if held > 0 { format!(", {held} held") } else { String::new() };
    let unknown = count(&|report| report.signs.iter().any(is_silence));
    let beyond = if limits { format!(" ({beyond} beyond the limits)") } else { String::new() };
    let _ = writeln!(
        text,
        "{} names: {pending} pending{beyond}, {stale} stale, {unknown} unknown{held}; {} pins unwatched",
        checked.reports.len(),
        checked.unwatched.pins.len()
    );
    if pending > 0 {
        text.push_str("next: `bump NAME latest --dry-run`, or `bump --all --commit`\n");
    }
    text
}
