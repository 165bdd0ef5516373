//! The judgement of one name, from what is pinned, published and committed.

use jiff::Timestamp;
use problem::ProblemRecord;

use super::report::{Pending, Report};
use super::sign::Sign;
use super::unread::newer_unread;
use crate::catalogue;
use crate::error::{BumpError, Origin};
use crate::find::Pin;
use crate::guard::{Allow, Guard};
use crate::image::Part;
use crate::notice::Notice;
use crate::published::Published;
use crate::resolve::{self, Resolved, Rules, Target, resolve};
use crate::source::Index;
use crate::subject::Subject;
use crate::upstream::compare_url;
use crate::version::{Meaning, Version};

/// Upstream may commit for this long before its publish run must have ended.
const GRACE_DAYS: u64 = 1;

/// Judges `subject` by what its source lists.
///
/// `unpublished` holds the seconds since 1970 of the commits that are in no published version.
#[must_use]
pub fn judge(subject: &Subject, index: &Index, rules: &Rules, unpublished: &[i64], now: Timestamp) -> Report {
    let mut report = Report::new(subject);
    // Every guard speaks, and none stops.
    let allow: Allow = Guard::ALL.into_iter().collect();
    let rules = Rules { allow, ..rules.clone() };
    let published = Published::Index(index.clone());
    for pin in &report.pins.clone() {
        judge_pin(&mut report, subject, pin, index, &published, &rules, now);
    }
    let days = |since: &i64| days_since(*since, now);
    if let Some(days) = unpublished.iter().min().map(days).filter(|days| *days > GRACE_DAYS) {
        report.signs.push(Sign::Unpublished { commits: unpublished.len(), days });
    }
    report
}

/// What a source means that did not list anything.
pub(super) fn unanswered(subject: &Subject, error: &BumpError) -> Report {
    let problem = ProblemRecord::from_diagnose(error);
    let is_gone = match error {
        // GitHub redirects where a repository was renamed: it is no longer there either.
        BumpError::Status { status, .. } => matches!(status, 301 | 307 | 308 | 404 | 410),
        // A saved index is one repository's, and says nothing of the charts of others.
        BumpError::NoChart { origin, .. } => matches!(**origin, Origin::Url(_)),
        _ => false,
    };
    let sign = if is_gone { Sign::Gone { problem } } else { Sign::Unasked { problem } };
    let mut report = Report::new(subject);
    for pin in &subject.found.pins {
        moved(&mut report, subject, pin);
    }
    report.signs.push(sign);
    report
}

fn judge_pin(
    report: &mut Report,
    subject: &Subject,
    pin: &Pin,
    index: &Index,
    published: &Published,
    rules: &Rules,
    now: Timestamp,
) {
    moved(report, subject, pin);
    let listed = index.entries.iter().find(|entry| entry.version == pin.version);
    // A digest is of some tag, and no registry lists which.
    if listed.is_none() && pin.part != Part::Digest {
        add(report, Sign::Unlisted { version: pin.version.clone() });
    }
    if listed.is_some_and(|entry| entry.deprecated) {
        add(report, Sign::Deprecated { version: pin.version.clone() });
    }
    // `Latest` below looks at the newest alone.
    let mut old = Vec::new();
    if resolve::unchanged(&subject.name, &pin.version, published, rules, &mut old).is_ok() {
        for notice in old {
            republished(report, &notice);
        }
    }
    let unread = newer_unread(&pin.version, rules.scheme, index);
    if !unread.is_empty() {
        add(report, Sign::Unread { versions: unread });
    }
    let found = match resolve(&subject.name, pin, &Target::Latest, published, rules) {
        Ok(found) => found,
        Err(error) => return add(report, Sign::Unordered { problem: ProblemRecord::from_diagnose(&error) }),
    };
    let is_behind = !found.is_in_use;
    let mut is_older = false;
    for notice in found.notices.clone() {
        match notice {
            Notice::Overridden { guard: Guard::Downgrade, .. } => is_older = true,
            Notice::Overridden { guard: Guard::Deprecated, .. } => {
                add(report, Sign::Deprecated { version: found.version.clone() });
            }
            Notice::Overridden { guard: Guard::Digest, .. } => republished(report, &notice),
            Notice::Overridden { .. } | Notice::ImageMoved { .. } => {}
            other if !report.notices.contains(&other) => report.notices.push(other),
            _ => {}
        }
    }
    if is_older && is_apart(pin, &found, rules) {
        add(report, Sign::Apart { old: pin.version.clone(), new: found.version.clone() });
    }
    let is_given_up = found.entry.is_some_and(|entry| entry.deprecated);
    if is_behind && !is_older && !is_given_up && report.pending.is_none() {
        report.pending = Some(pending(subject, pin, &found, rules, now));
    }
    report.newest = report.newest.take().or(Some(found.version));
}

/// A pin may say the same as the one before it.
fn add(report: &mut Report, sign: Sign) {
    if !report.signs.contains(&sign) {
        report.signs.push(sign);
    }
}

fn moved(report: &mut Report, subject: &Subject, pin: &Pin) {
    let from = pin.repository.as_deref().unwrap_or_default();
    if let Some(to) = catalogue::moved_to(subject.chart(), from) {
        let from = url::Url::parse(from).map_or_else(|_| from.to_owned(), |url| Origin::Url(url).to_string());
        add(report, Sign::Moved { from, to: to.to_owned() });
    }
    if let Some(Notice::ImageMoved { image, to }) = catalogue::image_moved(&subject.name, from) {
        add(report, Sign::Moved { from: image, to });
    }
}

fn republished(report: &mut Report, notice: &Notice) {
    if let Notice::Overridden { guard: Guard::Digest, refusal } = notice {
        let refusal = refusal.split(": let through").next().unwrap_or_default().to_owned();
        add(report, Sign::Republished { refusal });
    }
}

/// Neither contains the other; a mere step back is what an unlisted newest looks like.
fn is_apart(pin: &Pin, found: &Resolved<'_>, rules: &Rules) -> bool {
    let apart = rules.history.as_ref().and_then(|history| {
        let (old, new) = (history.find_version(&pin.version)?, history.find_version(&found.version)?);
        Some(!history.contains(old, new) && !history.contains(new, old))
    });
    apart.unwrap_or(false)
}

fn pending(subject: &Subject, pin: &Pin, found: &Resolved<'_>, rules: &Rules, now: Timestamp) -> Pending {
    let (old, new) = (pin.version.as_str(), found.version.as_str());
    let by_history = rules.history.as_ref().and_then(|history| {
        let commits = history.between(history.find_version(old), history.find_version(new)?);
        let oldest = commits.iter().filter_map(|commit| history.time(*commit)).min();
        history.find_version(old)?;
        Some((u64::try_from(commits.len()).ok(), oldest.map(|oldest| days_since(oldest, now))))
    });
    let (commits, days) = by_history.unwrap_or_else(|| (by_count(old, new), None));
    let (repo, prefix) = (rules.upstream.as_deref(), rules.tag_prefix.as_deref());
    let compare = compare_url(&subject.name, repo, found.entry, prefix, (old, new));
    Pending { new: new.to_owned(), commits, days, compare }
}

/// Versions that count commits tell how many are between them.
fn by_count(old: &str, new: &str) -> Option<u64> {
    let (old, new) = (Version::detect(old).ok()?, Version::detect(new).ok()?);
    match (old.meaning(), new.meaning()) {
        (Meaning::Chartpress(old), Meaning::Chartpress(new)) if old.generation == new.generation => {
            let from_one_root =
                old.generation == crate::version::Generation::SinceRoot || old.base == new.base;
            new.count.checked_sub(old.count).filter(|_| from_one_root)
        }
        _ => None,
    }
}

fn days_since(seconds: i64, now: Timestamp) -> u64 {
    u64::try_from((now.as_second() - seconds) / 86_400).unwrap_or_default()
}
