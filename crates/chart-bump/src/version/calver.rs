//! Calendar versions with development and local parts, as repo2docker's images carry them.

use std::cmp::Ordering;

use super::base::number_of;
use super::hash::CommitHash;

/// `2025.12.0`, `2026.4.1.dev44-g97bb4e45a`, `2022.02.0-90.g0345a86`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calver {
    /// Year, month, patch.
    pub release: [u64; 3],
    /// Commits on the way *to* this release (PEP 440 development release).
    pub dev: Option<u64>,
    /// Commits *after* this release (PEP 440 local part); a number, never text.
    pub after: u64,
    /// The commit.
    pub commit: Option<CommitHash>,
    /// Built from a tree with changes that no commit holds.
    pub dirty: bool,
}

impl Calver {
    /// Reads the part before the first `-` or `+` and the parts behind it.
    pub(crate) fn parse(release: &str, words: &str) -> Option<Self> {
        let mut release: Vec<&str> = release.split('.').collect();
        let dev = match release.last().and_then(|last| last.strip_prefix("dev")) {
            Some(count) => {
                release.pop();
                Some(number_of(count)?)
            }
            None => None,
        };
        let &[year, month, patch] = release.as_slice() else {
            return None;
        };
        let release = [number_of(year)?, number_of(month)?, number_of(patch)?];
        let is_year = year.len() == 4 && (1990..2100).contains(&release[0]);
        if !is_year || !(1..=12).contains(&release[1]) {
            return None;
        }
        let mut parts: Vec<&str> = words.split('.').filter(|part| !part.is_empty()).collect();
        let dirty = parts.pop_if(|last| *last == "dirty").is_some();
        let commit = match parts.pop_if(|last| last.starts_with('g')) {
            Some(hash) => Some(hash.strip_prefix('g')?.parse().ok()?),
            None => None,
        };
        let after = match (parts.as_slice(), dev) {
            ([], _) => 0,
            ([count], None) => number_of(count)?,
            _ => return None,
        };
        Some(Self { release, dev, after, commit, dirty })
    }

    /// Release, then development before final, then commits after it.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let key = |version: &Self| (version.release, version.dev.is_none(), version.dev, version.after);
        key(self).cmp(&key(other))
    }
}
