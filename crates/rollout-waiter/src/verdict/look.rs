//! Everything a rule may look at, and the note of when to look again.

use std::cell::Cell;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::memory::Memory;
use crate::objects::Objects;
use crate::policy::Policy;

/// The present, the past and the rules.
pub(crate) struct Look<'a> {
    pub(crate) objects: &'a Objects,
    pub(crate) memory: &'a Memory,
    pub(crate) policy: &'a Policy,
    pub(crate) now: Timestamp,
    due: Cell<Option<Timestamp>>,
}

impl<'a> Look<'a> {
    pub(crate) fn new(objects: &'a Objects, memory: &'a Memory, now: Timestamp, policy: &'a Policy) -> Self {
        Self { objects, memory, policy, now, due: Cell::new(None) }
    }

    /// Whether `time` has passed since; if not, notes when it will have.
    pub(crate) fn passed(&self, since: Timestamp, time: Duration) -> bool {
        let end = SignedDuration::try_from(time).ok().and_then(|time| since.checked_add(time).ok());
        // A time beyond the end of the calendar never passes.
        let Some(end) = end else { return false };
        if self.now >= end {
            return true;
        }
        self.due.set(Some(self.due.get().map_or(end, |due| due.min(end))));
        false
    }

    /// The same where the beginning was perhaps never seen.
    pub(crate) fn passed_since(&self, since: Option<Timestamp>, time: Duration) -> bool {
        since.is_some_and(|since| self.passed(since, time))
    }

    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.due.get()
    }
}
