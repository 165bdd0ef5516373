//! The block that a terminal redraws while a run goes on.

use super::words::seconds;
use crate::{ObjectVerdict, Stage, Timeline};

/// One line a member that is at work, below it one line an object that is not ready.
#[must_use]
pub fn frame(timeline: &Timeline) -> String {
    let mut text = String::new();
    let Some(now) = timeline.now else { return text };
    for member in timeline.members.iter().filter(|member| member.outcome.is_none()) {
        let Some(current) = member.current() else { continue };
        let since = seconds(now.duration_since(current.began));
        let progress = match (current.stage, member.written) {
            (Stage::Upgrade, (done, planned)) if planned > 0 => format!(" {done}/{planned} objects"),
            _ => String::new(),
        };
        text.push_str(&format!("{} {}{progress} {since}\n", member.name, current.stage));
        let open = |verdict| matches!(verdict, ObjectVerdict::InProgress | ObjectVerdict::Failed);
        for object in member.objects.iter().filter(|line| open(line.verdict)) {
            let cause = object.cause.as_ref().map_or_else(String::new, |cause| format!("{cause}: "));
            text.push_str(&format!("  {} {cause}{}\n", object.object, object.detail));
        }
    }
    text
}
