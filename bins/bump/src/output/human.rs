//! An outcome as a person reads it.

use std::fmt::Write as _;

use chart_bump::forge::{Deed, Marked, Retired};
use chart_bump::{Notice, Plan};

use super::check;
use crate::commands::{Bumped, Outcome, Pulled};

/// What goes to standard output.
pub(super) fn result(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Bumped(bumped) => bumped_result(bumped),
        Outcome::All(each) => each.iter().flat_map(|(_, one)| one).map(bumped_result).collect(),
        Outcome::Checked(checked) => check::table(checked),
        Outcome::Log { compared, merged, .. } => {
            let mut text = format!("{}: {}...{}\n", compared.name, compared.old, compared.new);
            if let Some(page) = &compared.page {
                let _ = writeln!(text, "{page}");
            }
            for merged in merged {
                let _ = writeln!(text, "- {merged}");
            }
            text
        }
        Outcome::Pages { pages } => {
            let known = pages.iter().filter_map(|(label, page)| Some((label, page.as_ref().ok()?)));
            known.map(|(label, page)| format!("{label}: {page}\n")).collect()
        }
        Outcome::Marked(marked) => {
            marked.iter().map(|pull| format!("#{} {}\n", pull.number, pull.title)).collect()
        }
        Outcome::Set { diff, dry_run: true, .. } => diff.clone(),
        Outcome::Set { .. } => String::new(),
        Outcome::Got { value, .. } => format!("{value}\n"),
    }
}

fn bumped_result(bumped: &Bumped) -> String {
    let Bumped { plan, story, dry_run, committed, pull, .. } = bumped;
    if let Some(Pulled::Proposed(proposed)) = pull {
        return format!("{}\n{}\n", story.title, proposed.url);
    }
    if committed.is_some() {
        return format!("{}\n\n{}", story.title, story.body);
    }
    let mut text = moves(plan);
    if *dry_run {
        text.extend(plan.files.iter().map(chart_bump::FileChange::diff));
    }
    text
}

/// `binderhub: OLD...NEW` and the page that compares them, once for every pair.
fn moves(plan: &Plan) -> String {
    let mut lines: Vec<String> = Vec::new();
    for step in plan.moves.iter().filter(|step| step.old != step.new) {
        let mut text = format!("{}: {}...{}\n", step.name, step.old, step.new);
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
    match outcome {
        Outcome::Bumped(bumped) => bumped_talk(bumped),
        Outcome::All(each) => {
            let one = |(_, one): &(String, Result<Bumped, _>)| match one {
                Ok(bumped) => bumped_talk(bumped),
                Err(failure) => super::problem(failure),
            };
            each.iter().map(one).collect()
        }
        Outcome::Checked(checked) => check::talk(checked),
        Outcome::Log { merged, notes, .. } => {
            let mut text: String = notes.iter().map(|note| format!("note: {note}\n")).collect();
            if notes.is_empty() && merged.is_empty() {
                text.push_str("nothing was merged since\n");
            }
            text
        }
        Outcome::Pages { pages } => {
            let failed = pages.iter().filter_map(|(_, page)| page.as_ref().err());
            failed.map(super::problem).collect()
        }
        Outcome::Marked(marked) if marked.is_empty() => {
            "nothing of it came from a pull request of bump: nothing is blocked\n".to_owned()
        }
        Outcome::Marked(marked) => {
            let says = |pull: &Marked| match pull.is_new {
                true => format!(
                    "marked #{} as rolled-back: take the label off when the cause is known\n",
                    pull.number
                ),
                false => format!("#{} is marked as rolled-back already\n", pull.number),
            };
            marked.iter().map(says).collect()
        }
        Outcome::Set { place, path, changed, followers, dry_run, .. } => {
            let mut text = String::new();
            for place in followers {
                let _ = writeln!(text, "note: {}", Notice::Follows { place: place.clone() });
            }
            let _ = match changed {
                true => writeln!(text, "{} {place} ({path})", change(*dry_run)),
                false => writeln!(text, "nothing to do: {place} ({path}) has this value already"),
            };
            text
        }
        Outcome::Got { .. } => String::new(),
    }
}

fn closed(retired: &Retired) -> String {
    let number = retired.number.map(|number| format!("closed pull request #{number} and "));
    format!("{}deleted {}\n", number.unwrap_or_default(), retired.branch)
}

fn change(dry_run: bool) -> &'static str {
    if dry_run { "would change" } else { "changed" }
}

fn bumped_talk(bumped: &Bumped) -> String {
    let Bumped { plan, dry_run, committed, pull, superseded, .. } = bumped;
    let mut text = String::new();
    for notice in &plan.notices {
        let _ = writeln!(text, "note: {notice}");
    }
    match pull {
        Some(Pulled::Proposed(proposed)) => {
            for left_out in &proposed.left_out {
                let _ = writeln!(text, "note: {left_out}");
            }
            let deed = match proposed.deed {
                Deed::Opened => "opened",
                Deed::Edited => "edited",
                Deed::Nothing => "nothing new in",
            };
            let _ = writeln!(text, "{deed} pull request #{}", proposed.number);
        }
        Some(Pulled::Retired(retired)) => text.push_str(&closed(retired)),
        None => {}
    }
    text.extend(superseded.iter().map(closed));
    if matches!(pull, Some(Pulled::Proposed(_))) {
        return text;
    }
    if let Some(commit) = committed {
        let short = commit.commit.get(..9).unwrap_or(&commit.commit);
        let _ = match commit.is_new {
            true => writeln!(
                text,
                "committed {short} on {branch}; push it with `git push --force-with-lease origin {branch}`",
                branch = commit.branch
            ),
            false => writeln!(text, "nothing new: {short} on {} is this very change", commit.branch),
        };
        return text;
    }
    for step in &plan.moves {
        let _ = match step.changed {
            true => writeln!(text, "{} {}", change(*dry_run), step.place),
            false => writeln!(text, "nothing to do: {} is at {} already", step.place, step.new),
        };
    }
    let beside = plan.files.iter().filter(|file| plan.moves.iter().all(|step| step.place.file != file.file));
    for file in beside {
        let _ = writeln!(text, "{} {}", change(*dry_run), file.file);
    }
    text
}
