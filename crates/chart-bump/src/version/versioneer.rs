//! Versions that `git describe` wrote through versioneer.

use std::cmp::Ordering;

use super::base::{Base, number_of};
use super::hash::CommitHash;

/// `0.10.0-100.g0dba611`: so many commits after the tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioneer {
    /// The tag.
    pub base: Base,
    /// Commits since the tag.
    pub count: u64,
    /// The commit.
    pub commit: CommitHash,
    /// Built from a tree with changes that no commit holds.
    pub dirty: bool,
}

impl Versioneer {
    /// Reads the part before the first `-` or `+` and the parts behind it.
    pub(crate) fn parse(release: &str, words: &str) -> Option<Self> {
        let mut words: Vec<&str> = words.split('.').collect();
        let dirty = words.pop_if(|last| *last == "dirty").is_some();
        let &[count, commit] = words.as_slice() else {
            return None;
        };
        let commit = commit.strip_prefix('g')?.parse().ok()?;
        Some(Self { base: Base::parse(release, "")?, count: number_of(count)?, commit, dirty })
    }

    /// Tag, then count.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        (&self.base, self.count).cmp(&(&other.base, other.count))
    }
}
