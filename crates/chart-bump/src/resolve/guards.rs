//! What stands between a version that exists and an edit.

use std::cmp::Ordering;

use super::Rules;
use crate::catalogue;
use crate::error::BumpError;
use crate::find::Pin;
use crate::history::History;
use crate::lock::bare;
use crate::notice::Notice;
use crate::published::Published;
use crate::source::IndexEntry;
use crate::version::Version;

/// Every guard between the existence of the version and its digest, in their order.
pub(super) fn before_digest(
    name: &str,
    pin: &Pin,
    new: &str,
    entry: Option<&IndexEntry>,
    rules: &Rules,
    notices: &mut Vec<Notice>,
) -> Result<(), BumpError> {
    let current = pin.version.as_str();
    let place = None;
    let own = || name.to_owned();
    if let Some(scheme) =
        rules.scheme.filter(|scheme| !new.starts_with("sha256:") && scheme.parse(new).is_err())
    {
        let refusal = BumpError::WrongScheme { name: own(), new: new.to_owned(), scheme, place: None };
        rules.allow.pass(refusal, notices)?;
    }
    if entry.is_some_and(|entry| entry.deprecated) {
        let refusal = BumpError::Deprecated { chart: own(), version: new.to_owned(), place: None };
        rules.allow.pass(refusal, notices)?;
    }
    let from = pin.repository.as_deref().unwrap_or_default();
    let chart = rules.chart.as_deref().unwrap_or(name);
    if let Some(to) = catalogue::moved_to(chart, from) {
        let refusal = BumpError::Moved { name: own(), from: from.to_owned(), to, place: None };
        rules.allow.pass(refusal, notices)?;
    }
    let (old, new) = (current.to_owned(), new.to_owned());
    let by_history = rules.history.as_ref().map(|history| ahead(history, current, &new, notices));
    if let Some(Some(ahead)) = by_history {
        return match ahead {
            Ahead::Yes => Ok(()),
            Ahead::Behind => rules.allow.pass(BumpError::Downgrade { name: own(), old, new, place }, notices),
            Ahead::Apart => rules.allow.pass(BumpError::Diverged { name: own(), old, new, place }, notices),
        };
    }
    match order(&old, &new) {
        Some(Ordering::Greater) => {
            rules.allow.pass(BumpError::Downgrade { name: own(), old, new, place }, notices)
        }
        Some(_) => Ok(()),
        None => {
            notices.push(Notice::Unordered { old, new });
            Ok(())
        }
    }
}

/// The last guard, which speaks also where there is nothing to do: the bytes of a version stay.
pub(crate) fn digest(
    name: &str,
    version: &str,
    published: &Published,
    rules: &Rules,
    notices: &mut Vec<Notice>,
) -> Result<(), BumpError> {
    let Published::Index(index) = published else {
        return Ok(());
    };
    let recorded = rules.recorded.iter().filter(|(own, _)| own == version).map(|(_, digest)| digest.as_str());
    let entries = index.entries.iter().filter(|entry| entry.version == version);
    let listed: Vec<&str> = entries.filter_map(|entry| entry.digest.as_deref()).map(bare).collect();
    // The same version twice in one list is as bad as a list that differs from what is on record.
    let was = recorded.map(bare).next().or(listed.first().copied());
    let now = listed.iter().find(|now| was.is_some_and(|was| was != **now));
    let (Some(was), Some(now)) = (was, now) else {
        return Ok(());
    };
    let refusal = BumpError::Republished {
        chart: name.to_owned(),
        version: version.to_owned(),
        was: was.to_owned(),
        now: (*now).to_owned(),
    };
    rules.allow.pass(refusal, notices)
}

/// What the history of upstream says of a step.
enum Ahead {
    Yes,
    Behind,
    Apart,
}

/// `None` where the clone does not know one of the two.
fn ahead(history: &History, old: &str, new: &str, notices: &mut Vec<Notice>) -> Option<Ahead> {
    let mut find = |version: &str| {
        let found = history.find_version(version);
        if found.is_none() {
            notices.push(Notice::NotInClone { version: version.to_owned() });
        }
        found
    };
    let (old, new) = (find(old), find(new));
    let (old, new) = (old?, new?);
    Some(match (history.contains(new, old), history.contains(old, new)) {
        (true, _) => Ahead::Yes,
        (false, true) => Ahead::Behind,
        (false, false) => Ahead::Apart,
    })
}

fn order(current: &str, new: &str) -> Option<Ordering> {
    Version::detect(current).ok()?.compare(&Version::detect(new).ok()?)
}
