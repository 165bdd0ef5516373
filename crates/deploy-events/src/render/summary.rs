//! The last words of a run: what is live now, and why.

use super::line::{checks, short};
use super::words::{count, seconds};
use problem::Style;

use crate::{MemberLine, ObjectVerdict, Stage, Timeline};

/// What a person wants to know when the run is over, members in order, the outcome last.
///
/// Coloured, it is for a writer that strips escape sequences where there is no terminal.
#[must_use]
pub fn summary(timeline: &Timeline, style: Style) -> String {
    let mut text = String::new();
    for record in &timeline.problems {
        text.push_str(&problem::render(record, style));
        text.push('\n');
    }
    text.push_str(&super::plans(timeline, style));
    for member in &timeline.members {
        member_block(member, style, &mut text);
    }
    for record in &timeline.warnings {
        text.push_str(&format!("  warning[{}]: {}\n", record.code, record.message));
    }
    match timeline.annotation {
        Some((id, true)) => text.push_str(&format!("  annotation {id} closed\n")),
        Some((id, false)) => text.push_str(&format!("  annotation {id} is still open\n")),
        None => {}
    }
    if let Some(outcome) = timeline.outcome {
        let run = timeline.run.as_ref().map_or_else(String::new, |run| format!("run {run}: "));
        text.push_str(&format!("{run}{} in {}\n", outcome.words(), seconds(timeline.elapsed())));
    }
    text
}

fn member_block(member: &MemberLine, style: Style, text: &mut String) {
    let Some(outcome) = member.outcome else {
        text.push_str(&format!("{}: no outcome is known\n", member.name));
        return;
    };
    text.push_str(&format!("{}: {}\n", member.name, outcome.words()));
    if let (crate::Outcome::Planned, Some(writes), None) = (outcome, &member.planned, &member.plan) {
        text.push_str(&format!(
            "  {}\n",
            super::plan(writes, member.plan_hash.as_deref().unwrap_or_default())
        ));
        for write in writes {
            text.push_str(&format!("  {} {}\n", write.verb.sign(), write.object));
        }
    }
    let recovered =
        |line: &&crate::StageLine| line.stage == Stage::Recover && line.note.starts_with("settled");
    if let Some(line) = member.stages.iter().find(recovered) {
        text.push_str(&format!("  first {}\n", line.note));
    }
    let ran = |line: &&crate::StageLine| {
        matches!(line.stage, Stage::Apply | Stage::Run) && line.took.is_some() && !line.failed
    };
    for line in member.stages.iter().filter(ran) {
        let took = seconds(line.took.unwrap_or_default());
        let what = if line.stage == Stage::Run { "program" } else { "applied" };
        text.push_str(&format!("  {what} {} in {took}\n", line.note));
    }
    // A way back that a later release left behind is history.
    let back = member.rolled_back.as_ref().filter(|_| !outcome.is_good());
    if let (Some(release), None) = (member.releases.last(), back) {
        let before = match release.previous {
            0 => "first install".to_owned(),
            previous => format!("was {previous}"),
        };
        text.push_str(&format!(
            "  release {} revision {} ({before}), {}, plan {}\n",
            release.release,
            release.revision,
            release.chart,
            member.plan_hash.as_deref().map_or("unknown", short)
        ));
    }
    let ready = member.objects.iter().filter(|line| line.verdict == ObjectVerdict::Ready).count();
    if !member.objects.is_empty() && member.problems.is_empty() && !member.releases.is_empty() {
        let took = seconds(member.took(Stage::Rollout));
        text.push_str(&format!("  {} ready in {took}\n", count(ready, "object")));
    }
    if !member.checks.is_empty() && back.is_none() {
        text.push_str(&format!("  {} in {}\n", checks(&member.checks), seconds(member.took(Stage::Verify))));
        for check in &member.checks {
            let took = seconds(check.took);
            text.push_str(&format!(
                "    {:<8} {:<16} {took:>6}  {}\n",
                check.verdict.word(),
                check.name,
                check.detail
            ));
        }
    }
    for record in &member.warnings {
        text.push_str(&format!("  warning[{}]: {}\n", record.code, record.message));
    }
    for record in &member.problems {
        for line in problem::render(record, style).lines() {
            text.push_str(&format!("  {line}\n"));
        }
    }
    if let Some(back) = back {
        let (release, to, revision) = (&back.release, back.to, back.revision);
        text.push_str(&match to {
            0 => format!("  {release} was removed: there was no release before it\n"),
            to => {
                format!("  {release} is back on revision {to}, which is live again as revision {revision}\n")
            }
        });
    }
}
