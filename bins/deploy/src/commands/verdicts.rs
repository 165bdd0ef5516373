//! How verdicts on a rollout are told at the end.

use std::sync::Arc;

use rollout_waiter::{Judgement, Report, Verdict};

/// So many objects that are simply ready are listed; of the others each has something to say.
const READY_SHOWN: usize = 20;

/// To a person: what failed first, each with its evidence and what to type next, then the rest.
pub(crate) fn human(headline: &str, objects: &[Arc<Judgement>], last_words: &[String]) -> String {
    let rank = |judgement: &Judgement| match judgement.verdict {
        Verdict::Failed => 0,
        Verdict::InProgress => 1,
        Verdict::Advisory => 2,
        Verdict::Ready => 3,
    };
    let mut sorted: Vec<&Judgement> = objects.iter().map(Arc::as_ref).collect();
    sorted.sort_by_key(|judgement| rank(judgement));
    let mut text = format!("{headline}\n");
    // The words are those of the first object that explains the end.
    let mut words = Some(last_words).filter(|words| !words.is_empty());
    let mut ready = 0_usize;
    for judgement in sorted {
        if judgement.verdict == Verdict::Ready && judgement.finding.is_none() && judgement.note.is_none() {
            ready += 1;
            if ready > READY_SHOWN {
                continue;
            }
        }
        text.push_str(&format!("  {judgement}\n"));
        let Some(finding) = &judgement.finding else { continue };
        text.push_str(&format!("    {}\n", finding.evidence));
        if let Some(words) = words.take() {
            for line in words.iter().rev().take(5).rev() {
                text.push_str(&format!("    | {line}\n"));
            }
        }
        if judgement.verdict != Verdict::Advisory {
            text.push_str(&format!("    next: {}\n", finding.next_command()));
        }
    }
    if ready > READY_SHOWN {
        text.push_str(&format!("  and {} more that are ready\n", ready - READY_SHOWN));
    }
    text
}

/// So many of each verdict, `1 failed, 2 ready`.
pub(crate) fn count(objects: &[Arc<Judgement>]) -> String {
    let parts: Vec<String> = [Verdict::Failed, Verdict::InProgress, Verdict::Advisory, Verdict::Ready]
        .into_iter()
        .filter_map(|verdict| {
            let count = objects.iter().filter(|judgement| judgement.verdict == verdict).count();
            (count > 0).then(|| format!("{count} {verdict}"))
        })
        .collect();
    if parts.is_empty() { "nothing to wait for".to_owned() } else { parts.join(", ") }
}

/// To a script: one line.
pub(crate) fn json(report: &Report<'_>) -> String {
    serde_json::to_string(report).unwrap_or_else(|_| unreachable!("a report is plain data"))
}
