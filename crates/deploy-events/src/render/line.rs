//! One line an event, for logs that only grow.

use super::words::{count, seconds};
use crate::{CheckVerdict, Event, Kind, ObjectVerdict, Timeline, WriteVerb};

/// The line for an event, or nothing where it is no news; `timeline` has the event folded in.
#[must_use]
pub fn line(timeline: &Timeline, event: &Event) -> Option<String> {
    let text = words(event)?;
    let since = timeline.began.map_or(0, |began| event.at.duration_since(began).as_secs());
    let clock = format!("{:02}:{:02}", since / 60, since % 60);
    let member = event.scope.member.as_ref().map_or_else(String::new, |member| format!(" {member}"));
    let stage = event.scope.stage.map_or_else(String::new, |stage| format!(" {stage:<9}"));
    Some(format!("{clock}{member}{stage} {text}"))
}

fn words(event: &Event) -> Option<String> {
    Some(match &event.kind {
        Kind::RunStarted { command, members, who, commit, .. } => {
            let members: Vec<&str> = members.iter().map(names::MemberName::as_str).collect();
            let commit =
                commit.as_ref().map_or_else(String::new, |commit| format!(" at {}", commit_words(commit)));
            format!("run {}: {command} {} by {who}{commit}", event.run, members.join(", "))
        }
        // What a stage made is in the note of its end.
        Kind::StageStarted
        | Kind::Planned { .. }
        | Kind::Released { .. }
        | Kind::RolledBack { .. }
        | Kind::Annotated { closed: false, .. }
        | Kind::Tick
        | Kind::Unknown => return None,
        Kind::StageFinished { took, note } if note.is_empty() => format!("ok ({})", seconds(*took)),
        Kind::StageFinished { took, note } => format!("{note} ({})", seconds(*took)),
        Kind::StageSkipped { reason } => format!("skipped: {reason}"),
        Kind::Said { step, line } => format!("{step}: {line}"),
        Kind::LockWait { holder } => format!("waiting for {holder}"),
        // One object in ten: a log must show that it moves, not how.
        Kind::Wrote { object, done, planned } => {
            if *done % 10 != 0 {
                return None;
            }
            format!("{done} of {planned} objects written, {object} was the last")
        }
        // The stage that it fails says so in the next line, with more words.
        Kind::Object { verdict: ObjectVerdict::Failed, .. } => return None,
        Kind::Stopping { words } => format!("stopping: {words}"),
        Kind::Object { object, verdict, detail, cause } => {
            let cause = cause.as_ref().map_or_else(String::new, |cause| format!("{cause}: "));
            format!("{} {object} {cause}{detail}", sign(*verdict))
        }
        Kind::Check { name, verdict, detail, took } => {
            format!("{:<8} {name:<16} {detail} ({})", verdict.word(), seconds(*took))
        }
        Kind::Annotated { id, closed: true } => format!("annotation {id} closed"),
        Kind::Verified { release, revision } => {
            format!("{release} revision {revision} is recorded as verified")
        }
        Kind::Warning { problem } => format!("warning[{}]: {}", problem.code, problem.message),
        Kind::Failed { problem } => format!("FAILED[{}]: {}", problem.code, problem.message),
        Kind::MemberFinished { outcome } | Kind::RunFinished { outcome } => outcome.words().to_owned(),
    })
}

/// A plan in a few words: `2 new, 1 changed, plan 9f8e7d6c5b4a`.
#[must_use]
pub fn plan(writes: &[crate::PlannedWrite], hash: &str) -> String {
    let number = |verb| writes.iter().filter(|write| write.verb == verb).count();
    let parts: Vec<String> = [
        (WriteVerb::Create, "new"),
        (WriteVerb::Change, "changed"),
        (WriteVerb::Delete, "deleted"),
        (WriteVerb::Hook, "to run as hook"),
    ]
    .into_iter()
    .map(|(verb, word)| (number(verb), word))
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{number} {word}"))
    .collect();
    let what = if parts.is_empty() { "nothing to change".to_owned() } else { parts.join(", ") };
    format!("{what}, plan {}", short(hash))
}

fn sign(verdict: ObjectVerdict) -> &'static str {
    match verdict {
        ObjectVerdict::Ready => "ready ",
        ObjectVerdict::InProgress => "wait  ",
        ObjectVerdict::Failed => "failed",
        ObjectVerdict::Advisory => "note  ",
    }
}

/// A commit as short as it can be told, and whether what is deployed differs from it.
fn commit_words(commit: &str) -> String {
    match commit.strip_suffix("-dirty") {
        Some(clean) => format!("{} with changes that are in no commit", short(clean)),
        None => short(commit).to_owned(),
    }
}

/// The first twelve characters: enough to tell two hashes apart in one log.
pub(super) fn short(hash: &str) -> &str {
    hash.char_indices().nth(12).map_or(hash, |(at, _)| hash.get(..at).unwrap_or(hash))
}

/// `8 checks passed`, or which did not.
pub(super) fn checks(checks: &[crate::CheckLine]) -> String {
    let with = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    let mut text = format!("{} passed", count(with(CheckVerdict::Pass), "check"));
    for verdict in
        [CheckVerdict::Degraded, CheckVerdict::Fail, CheckVerdict::Inconclusive, CheckVerdict::Skipped]
    {
        if with(verdict) > 0 {
            text.push_str(&format!(", {} {}", with(verdict), verdict.word().to_lowercase()));
        }
    }
    text
}
