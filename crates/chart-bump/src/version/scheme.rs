//! The schemes, and a version read under one of them.

use std::cmp::Ordering;
use std::fmt;

use super::base::Base;
use super::calver::Calver;
use super::chartpress::Chartpress;
use super::hash::CommitHash;
use super::versioneer::Versioneer;

/// How a source writes its versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `41.1.1`, `v0.15.2`, `4.0.0-beta.1`.
    Semver,
    /// Every generation of chartpress that counts commits.
    Chartpress,
    /// `0.1.0-47ed8cd`: nothing in it tells which of two is newer.
    ReleaseHash,
    /// `46f056a`: nothing in it tells which of two is newer.
    BareHash,
    /// `2026.4.1.dev44-g97bb4e45a`.
    Calver,
    /// `0.10.0-100.g0dba611`.
    Versioneer,
}

impl Scheme {
    /// All of them, the strictest first: the order in which a text is tried.
    pub const ALL: [Self; 6] =
        [Self::BareHash, Self::Calver, Self::Chartpress, Self::Versioneer, Self::ReleaseHash, Self::Semver];

    /// The name as `bump.yaml` writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Semver => "semver",
            Self::Chartpress => "chartpress",
            Self::ReleaseHash => "release-hash",
            Self::BareHash => "bare-hash",
            Self::Calver => "calver",
            Self::Versioneer => "versioneer",
        }
    }

    /// Whether the text of two versions of this scheme tells which is newer.
    #[must_use]
    pub const fn has_order(self) -> bool {
        !matches!(self, Self::ReleaseHash | Self::BareHash)
    }

    /// Reads `text` as a version of this scheme and of no other.
    ///
    /// # Errors
    /// The text is none; whoever lists versions reports it rather than leave it out.
    pub fn parse(self, text: &str) -> Result<Version, UnknownVersion> {
        let unknown = || UnknownVersion { text: text.to_owned(), scheme: Some(self) };
        // chartpress puts its own name where it will write the version at release.
        if text.contains("set-by-chartpress") || text.contains("set.by.chartpress") {
            return Err(unknown());
        }
        let meaning = self.meaning(text).ok_or_else(unknown)?;
        Ok(Version { text: text.to_owned(), meaning })
    }

    fn meaning(self, text: &str) -> Option<Meaning> {
        let (release, words) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
        let sign = words.get(..1);
        let words = words.get(1..).unwrap_or_default();
        match self {
            Self::BareHash => {
                let lower = !text.contains(|c: char| c.is_ascii_uppercase());
                text.parse().ok().filter(|_| lower).map(Meaning::BareHash)
            }
            Self::Calver => Calver::parse(release, words).map(Meaning::Calver),
            Self::Chartpress if sign == Some("-") => {
                Chartpress::parse(release, words).map(Meaning::Chartpress)
            }
            Self::Versioneer => Versioneer::parse(release, words).map(Meaning::Versioneer),
            Self::ReleaseHash if sign == Some("-") => {
                let commit = words.parse().ok()?;
                Some(Meaning::ReleaseHash { release: Base::parse(release, "")?, commit })
            }
            Self::Semver => {
                let (pre, build) = match sign {
                    Some("+") => ("", words),
                    _ => words.split_once('+').unwrap_or((words, "")),
                };
                Base::parse(release, pre)?.with_build(build).map(Meaning::Semver)
            }
            Self::Chartpress | Self::ReleaseHash => None,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that is no version of the scheme, or of none at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no version{}", scheme.map(|scheme| format!(" of scheme {scheme}")).unwrap_or_default())]
pub struct UnknownVersion {
    /// The text as it was found.
    pub text: String,
    /// The scheme under which it was read; `None` where every scheme was tried.
    pub scheme: Option<Scheme>,
}

/// A version: its text as published, and what the text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    text: String,
    meaning: Meaning,
}

/// What a version says, scheme by scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A semantic version.
    Semver(Base),
    /// A count of commits.
    Chartpress(Chartpress),
    /// A release number that stood still, and a commit.
    ReleaseHash {
        /// The number.
        release: Base,
        /// The commit.
        commit: CommitHash,
    },
    /// A commit and nothing else.
    BareHash(CommitHash),
    /// A calendar version.
    Calver(Calver),
    /// What `git describe` said.
    Versioneer(Versioneer),
}

impl Version {
    /// Reads `text` under the first scheme whose grammar it has.
    ///
    /// # Errors
    /// No scheme knows it.
    pub fn detect(text: &str) -> Result<Self, UnknownVersion> {
        let mut schemes = Scheme::ALL.into_iter();
        let version = schemes.find_map(|scheme| scheme.parse(text).ok());
        version.ok_or_else(|| UnknownVersion { text: text.to_owned(), scheme: None })
    }

    /// The text as published.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it says.
    #[must_use]
    pub fn meaning(&self) -> &Meaning {
        &self.meaning
    }

    /// The scheme under which it was read.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        match self.meaning {
            Meaning::Semver(_) => Scheme::Semver,
            Meaning::Chartpress(_) => Scheme::Chartpress,
            Meaning::ReleaseHash { .. } => Scheme::ReleaseHash,
            Meaning::BareHash(_) => Scheme::BareHash,
            Meaning::Calver(_) => Scheme::Calver,
            Meaning::Versioneer(_) => Scheme::Versioneer,
        }
    }

    /// The commit that it names, where it names one.
    #[must_use]
    pub fn commit(&self) -> Option<&CommitHash> {
        match &self.meaning {
            Meaning::Semver(_) => None,
            Meaning::Chartpress(version) => version.commit.as_ref(),
            Meaning::ReleaseHash { commit, .. } | Meaning::BareHash(commit) => Some(commit),
            Meaning::Calver(version) => version.commit.as_ref(),
            Meaning::Versioneer(version) => Some(&version.commit),
        }
    }

    /// Whether it comes before a release: semver's pre-releases, counts of commits, development
    /// versions.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        match &self.meaning {
            Meaning::Semver(base) => base.is_prerelease(),
            Meaning::Calver(version) => version.dev.is_some() || version.after > 0,
            Meaning::Chartpress(_) | Meaning::Versioneer(_) => true,
            Meaning::ReleaseHash { .. } | Meaning::BareHash(_) => true,
        }
    }

    /// Which of two versions is newer, where their text tells; the order is total within every
    /// scheme that [has one](Scheme::has_order), but for equal keys of different commits.
    ///
    /// Between schemes only chartpress and plain releases are compared, pair by pair: such an
    /// order is good for judging one step, not for sorting a list.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.text == other.text {
            return Some(Ordering::Equal);
        }
        let order = match (&self.meaning, &other.meaning) {
            (Meaning::Semver(left), Meaning::Semver(right)) => {
                left.as_semver().cmp_precedence(right.as_semver())
            }
            (Meaning::Chartpress(left), Meaning::Chartpress(right)) => left.order(right),
            (Meaning::Chartpress(left), Meaning::Semver(right)) => left.order_to_release(right),
            (Meaning::Semver(left), Meaning::Chartpress(right)) => right.order_to_release(left).reverse(),
            (Meaning::Calver(left), Meaning::Calver(right)) => left.order(right),
            (Meaning::Versioneer(left), Meaning::Versioneer(right)) => left.order(right),
            (Meaning::ReleaseHash { .. } | Meaning::BareHash(_), _)
            | (_, Meaning::ReleaseHash { .. } | Meaning::BareHash(_))
            | (Meaning::Calver(_) | Meaning::Versioneer(_), _)
            | (_, Meaning::Calver(_) | Meaning::Versioneer(_)) => return None,
        };
        // The same count at two commits: two branches, and only their history tells.
        let one_commit = match (self.commit(), other.commit()) {
            (Some(left), Some(right)) => left.is_same_commit(right),
            _ => true,
        };
        (order.is_ne() || one_commit).then_some(order)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}
