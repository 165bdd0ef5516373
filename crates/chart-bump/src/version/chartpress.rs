//! The versions that chartpress wrote over its three generations.

use std::cmp::Ordering;

use super::base::{Base, number_of};
use super::hash::CommitHash;

/// How chartpress counted when it wrote a version; later generations are newer.
///
/// Within one branch a repository only ever moves on to a later generation, which semver cannot
/// see: to it `0.2.0-0.dev.git.2752` is older than `0.2.0-n988`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Generation {
    /// chartpress 0.4, `0.2.0-017.5aa671c`: commits since the tag, with leading zeros.
    Padded,
    /// chartpress 0.6 to 1, `0.2.0-n1011.hb49edf6`: commits since the tag.
    SinceTag,
    /// chartpress 2, `1.0.0-0.dev.git.3983.h383374de`: commits since the first one.
    SinceRoot,
}

/// A version that counts commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chartpress {
    /// Which generation wrote it.
    pub generation: Generation,
    /// The number before the count: the last tag, or from chartpress 2 on the next release.
    pub base: Base,
    /// The count of commits; a number, so that 988 comes before 1011.
    pub count: u64,
    /// The commit.
    pub commit: Option<CommitHash>,
}

impl Chartpress {
    /// Reads the part before the first `-` and the part behind it.
    pub(crate) fn parse(release: &str, words: &str) -> Option<Self> {
        let words: Vec<&str> = words.split('.').collect();
        let (before, generation, count, commit) = match words.as_slice() {
            [before @ .., "git", count, commit] => {
                (before, Generation::SinceRoot, number_of(count)?, Some(h_prefixed(commit)?))
            }
            [before @ .., count, commit] if count.starts_with('n') => (
                before,
                Generation::SinceTag,
                number_of(count.strip_prefix('n')?)?,
                Some(h_prefixed(commit)?),
            ),
            [before @ .., count] if count.starts_with('n') => {
                (before, Generation::SinceTag, number_of(count.strip_prefix('n')?)?, None)
            }
            [before @ .., count, commit] if count.len() >= 3 => {
                (before, Generation::Padded, number_of(count)?, Some(commit.parse().ok()?))
            }
            _ => return None,
        };
        let base = Base::parse(release, &before.join("."))?;
        Some(Self { generation, base, count, commit })
    }

    /// Generation, then base, then count.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        (self.generation, &self.base, self.count).cmp(&(other.generation, &other.base, other.count))
    }

    /// Against a plain release. Counts since a tag come *after* that tag. Counts since the root come
    /// before the release that they name, but after the tag of a pre-release: `4.0.0-beta.1`, then
    /// `4.0.0-beta.1.git.6777.h04ef841c`, then `4.0.0`.
    pub(crate) fn order_to_release(&self, release: &Base) -> Ordering {
        match self.generation {
            Generation::Padded | Generation::SinceTag => {
                self.base.cmp(release).then(if self.count > 0 { Ordering::Greater } else { Ordering::Equal })
            }
            Generation::SinceRoot if self.base.is_prerelease() => {
                self.base.cmp(release).then(Ordering::Greater)
            }
            Generation::SinceRoot => self.base.cmp(release).then(Ordering::Less),
        }
    }
}

fn h_prefixed(text: &str) -> Option<CommitHash> {
    text.strip_prefix('h')?.parse().ok()
}
