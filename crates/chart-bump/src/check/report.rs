//! What a check found out about one name.

use problem::ProblemRecord;
use url::Url;

use super::sign::Sign;
use crate::find::Pin;
use crate::image::Part;
use crate::notice::Notice;
use crate::subject::Subject;

/// One name, looked at.
#[derive(Debug, Clone)]
pub struct Report {
    /// The name.
    pub name: String,
    /// Where it is pinned.
    pub pins: Vec<Pin>,
    /// The newest version, where there is an order.
    pub newest: Option<String>,
    /// What is published and not deployed.
    pub pending: Option<Pending>,
    /// Why the source, or the answer, cannot be trusted.
    pub signs: Vec<Sign>,
    /// What must not pass in silence, and changes nothing.
    pub notices: Vec<Notice>,
    /// Why the name could not be looked at: it is the repository's own fault.
    pub broken: Option<ProblemRecord>,
}

/// Versions that wait to be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The newest.
    pub new: String,
    /// How many commits of upstream it has beyond what is in use, where that is known.
    pub commits: Option<u64>,
    /// For how many days the oldest of them has waited, where that is known.
    pub days: Option<u64>,
    /// The page that lists them.
    pub compare: Option<Url>,
}

impl Pending {
    /// Whether it is beyond what may wait; what is not known is.
    #[must_use]
    pub fn is_beyond(&self, commits: Option<u64>, days: Option<u64>) -> bool {
        let within = |value: Option<u64>, limit: Option<u64>| match (value, limit) {
            (_, None) => None,
            (Some(value), Some(limit)) => Some(value <= limit),
            (None, Some(_)) => Some(false),
        };
        match (within(self.commits, commits), within(self.days, days)) {
            (None, None) => true,
            (commits, days) => !(commits.unwrap_or(true) && days.unwrap_or(true)),
        }
    }
}

impl Report {
    pub(super) fn new(subject: &Subject) -> Self {
        Self {
            name: subject.name.clone(),
            pins: telling(subject),
            newest: None,
            pending: None,
            signs: Vec::new(),
            notices: Vec::new(),
            broken: None,
        }
    }

    pub(super) fn broken(name: &str, record: ProblemRecord) -> Self {
        Self {
            name: name.to_owned(),
            pins: Vec::new(),
            newest: None,
            pending: None,
            signs: Vec::new(),
            notices: Vec::new(),
            broken: Some(record),
        }
    }
}

/// The pins that tell a version: digests only where nothing else does.
fn telling(subject: &Subject) -> Vec<Pin> {
    let tells = |pin: &&Pin| pin.part != Part::Digest;
    let pins: Vec<Pin> = subject.found.pins.iter().filter(tells).cloned().collect();
    if pins.is_empty() { subject.found.pins.clone() } else { pins }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_wait_is_within_every_limit_that_is_set() {
        let pending = |commits, days| Pending { new: "2".into(), commits, days, compare: None };
        let table = [
            (pending(Some(3), Some(9)), None, None, true),
            (pending(Some(3), Some(9)), Some(3), None, false),
            (pending(Some(4), Some(9)), Some(3), None, true),
            (pending(Some(3), Some(9)), Some(3), Some(8), true),
            (pending(Some(3), Some(9)), Some(3), Some(9), false),
            (pending(None, None), Some(3), None, true),
        ];
        for (pending, commits, days, beyond) in table {
            assert_eq!(pending.is_beyond(commits, days), beyond, "{pending:?} {commits:?} {days:?}");
        }
    }
}
