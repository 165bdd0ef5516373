//! The guards of a bump, and which of them a person has lifted.

use std::fmt;

use crate::error::BumpError;
use crate::forge::ForgeFault;
use crate::notice::Notice;

/// What stands between a target and an edit, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// The target is of the scheme that `bump.yaml` declares.
    Scheme,
    /// The target is published.
    Unpublished,
    /// The publisher has not given the chart up.
    Deprecated,
    /// The source has not moved elsewhere.
    Moved,
    /// The target is not behind what is in use.
    Downgrade,
    /// The bytes of a version are those that are on record for it.
    Digest,
    /// Upstream's own checks of the target are green.
    Checks,
    /// What was last deployed of the name was not rolled back, or that was acknowledged.
    RolledBack,
    /// Nobody closed the very same pull request before.
    Declined,
}

impl Guard {
    /// All of them, in their order.
    pub const ALL: [Self; 9] = [
        Self::Scheme,
        Self::Unpublished,
        Self::Deprecated,
        Self::Moved,
        Self::Downgrade,
        Self::Digest,
        Self::Checks,
        Self::RolledBack,
        Self::Declined,
    ];

    /// The word that lifts it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheme => "scheme",
            Self::Unpublished => "unpublished",
            Self::Deprecated => "deprecated",
            Self::Moved => "moved",
            Self::Downgrade => "downgrade",
            Self::Digest => "digest",
            Self::Checks => "checks",
            Self::RolledBack => "rolled-back",
            Self::Declined => "declined",
        }
    }

    /// The guard that an error comes from; `None` for errors that nobody can lift.
    #[must_use]
    pub const fn of(error: &BumpError) -> Option<Self> {
        match error {
            BumpError::WrongScheme { .. } => Some(Self::Scheme),
            BumpError::NotPublished { .. } => Some(Self::Unpublished),
            BumpError::Deprecated { .. } => Some(Self::Deprecated),
            BumpError::Moved { .. } => Some(Self::Moved),
            BumpError::Downgrade { .. } | BumpError::Diverged { .. } => Some(Self::Downgrade),
            BumpError::Republished { .. } => Some(Self::Digest),
            BumpError::Forge(fault) => match **fault {
                ForgeFault::Checks { .. } => Some(Self::Checks),
                ForgeFault::RolledBack { .. } => Some(Self::RolledBack),
                ForgeFault::Declined { .. } => Some(Self::Declined),
                _ => None,
            },
            _ => None,
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The guards that are lifted; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allow(Vec<Guard>);

impl Allow {
    /// Whether `guard` is lifted.
    #[must_use]
    pub fn has(&self, guard: Guard) -> bool {
        self.0.contains(&guard)
    }

    /// Lets an error of a lifted guard pass as a notice, so that it is told all the same.
    pub(crate) fn pass(&self, refusal: BumpError, notices: &mut Vec<Notice>) -> Result<(), BumpError> {
        match Guard::of(&refusal) {
            Some(guard) if self.has(guard) => {
                notices.push(Notice::Overridden { guard, refusal: refusal.to_string() });
                Ok(())
            }
            _ => Err(refusal),
        }
    }
}

impl FromIterator<Guard> for Allow {
    fn from_iter<I: IntoIterator<Item = Guard>>(guards: I) -> Self {
        Self(guards.into_iter().collect())
    }
}
