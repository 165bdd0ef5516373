//! The proof that an edit changed the wanted scalar and nothing else.

use std::ops::Range;

use camino::Utf8Path;
use granit_parser::ScalarStyle;

use super::NewValue;
use super::events::{Event, Events, Kind};
use super::plain::meanings;

/// An edit that is not yet believed.
pub(crate) struct Claim<'t> {
    pub(crate) file: &'t Utf8Path,
    pub(crate) before: &'t str,
    pub(crate) events: &'t Events,
    pub(crate) after: &'t str,
    /// The event whose scalar is replaced.
    pub(crate) leaf: usize,
    /// The bytes that replace it.
    pub(crate) spelled: usize,
    pub(crate) new: &'t NewValue,
}

impl Claim<'_> {
    /// Reads the new text again and compares event by event; the reason where it does not hold.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let leaf = self.events.get(self.leaf).ok_or("the scalar is gone")?;
        let Range { start, end } = leaf.bytes.clone();
        let (tail_before, tail_after) = (self.before.get(end..), self.after.get(start + self.spelled..));
        if self.before.get(..start) != self.after.get(..start)
            || tail_before.is_none()
            || tail_before != tail_after
        {
            return Err("bytes beside the scalar would change");
        }
        let reread = Events::read(self.file, self.after).map_err(|_| "the new text would not be YAML")?;
        if reread.list().len() != self.events.list().len() {
            return Err("the new text would have other nodes");
        }
        for (at, (old, new)) in self.events.list().iter().zip(reread.list()).enumerate() {
            let held = if at == self.leaf {
                self.is_wanted(new, start)
            } else {
                self.is_moved(old, new, &leaf.bytes)
            };
            if !held {
                return Err("another value would change");
            }
        }
        Ok(())
    }

    fn is_wanted(&self, new: &Event, start: usize) -> bool {
        let Kind::Scalar { value, style, tag, .. } = &new.kind else {
            return false;
        };
        let typed = match self.new {
            NewValue::Text(_) => {
                *style != ScalarStyle::Plain || tag.is_some() || super::plain::is_text(value)
            }
            NewValue::Alike(_) => {
                *style != ScalarStyle::Plain || meanings(value) == meanings(self.new.as_str())
            }
        };
        value == self.new.as_str() && new.bytes == (start..start + self.spelled) && typed
    }

    fn is_moved(&self, old: &Event, new: &Event, leaf: &Range<usize>) -> bool {
        let moved = |at: usize| if at >= leaf.end { at - leaf.end + leaf.start + self.spelled } else { at };
        old.kind == new.kind
            && old.anchor == new.anchor
            && new.bytes == (moved(old.bytes.start)..moved(old.bytes.end))
    }
}
