//! A release's revision number.

use std::num::NonZeroU32;

/// A revision: Helm counts from one, and zero means "the previous one" on its command line,
/// which is exactly what must never be said by accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Revision(NonZeroU32);

/// A number that is no revision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a revision: revisions count from 1")]
pub struct InvalidRevision(pub String);

impl Revision {
    /// The first revision of a release.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// A revision, unless the number is zero.
    #[must_use]
    pub fn new(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Revision {
    type Err = InvalidRevision;
    fn from_str(text: &str) -> Result<Self, InvalidRevision> {
        text.parse().map(Self).map_err(|_| InvalidRevision(text.to_owned()))
    }
}

impl TryFrom<u32> for Revision {
    type Error = InvalidRevision;
    fn try_from(number: u32) -> Result<Self, InvalidRevision> {
        Self::new(number).ok_or_else(|| InvalidRevision(number.to_string()))
    }
}

impl From<Revision> for u32 {
    fn from(revision: Revision) -> Self {
        revision.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_no_revision() {
        assert!(Revision::new(0).is_none());
        assert!("0".parse::<Revision>().is_err());
        assert_eq!(
            "-1".parse::<Revision>().unwrap_err().to_string(),
            "`-1` is not a revision: revisions count from 1"
        );
        assert_eq!("12".parse::<Revision>().unwrap().get(), 12);
    }
}
