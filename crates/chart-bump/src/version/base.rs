//! The leading `X.Y.Z` of a version, read as leniently as Helm reads it.

use semver::{BuildMetadata, Prerelease};

/// A release number with the pre-release words that belong to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base(semver::Version);

impl Base {
    /// Reads `X.Y.Z` with an optional `v`; `X.Y` and `X` are filled up with zeros, as Helm does.
    pub(crate) fn parse(release: &str, pre: &str) -> Option<Self> {
        let mut numbers = [0; 3];
        let mut parts = release.strip_prefix(['v', 'V']).unwrap_or(release).split('.');
        for (at, number) in numbers.iter_mut().enumerate() {
            match parts.next() {
                Some(part) => *number = number_of(part)?,
                None if at > 0 => {}
                None => return None,
            }
        }
        if parts.next().is_some() {
            return None;
        }
        let [major, minor, patch] = numbers;
        let mut version = semver::Version::new(major, minor, patch);
        version.pre = Prerelease::new(pre).ok()?;
        Some(Self(version))
    }

    pub(crate) fn with_build(mut self, build: &str) -> Option<Self> {
        self.0.build = BuildMetadata::new(build).ok()?;
        Some(self)
    }

    /// The number as semver knows it.
    #[must_use]
    pub fn as_semver(&self) -> &semver::Version {
        &self.0
    }

    /// Whether pre-release words follow the number.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        !self.0.pre.is_empty()
    }
}

/// A number in decimal digits alone; leading zeros are read over.
pub(crate) fn number_of(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}
