//! What a person must know about a bump that goes through.

use std::fmt;

use camino::Utf8PathBuf;
use problem::Place;

/// Something that does not stop a bump but must not pass in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Nothing in the two versions tells which is newer.
    Unordered {
        /// The version in use.
        old: String,
        /// The version asked for.
        new: String,
    },
    /// The target is older, and that was allowed.
    Downgrade {
        /// The version in use.
        old: String,
        /// The version asked for.
        new: String,
    },
    /// The publisher gave the chart up.
    Deprecated {
        /// The chart.
        chart: String,
        /// The version that says so.
        version: String,
    },
    /// Published versions that no scheme can read.
    UnreadVersions {
        /// Their texts.
        versions: Vec<String>,
    },
    /// An alias that repeats a value which changes.
    Follows {
        /// The alias.
        place: Place,
    },
    /// A lock file that still names the old version.
    StaleLock {
        /// The lock file.
        file: Utf8PathBuf,
    },
    /// A manifest that is not YAML, but does not name the dependency.
    UnreadManifest {
        /// Where it breaks.
        place: Place,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unordered { old, new } => {
                write!(f, "whether {new} is newer than {old} cannot be known from the versions alone")
            }
            Self::Downgrade { old, new } => write!(f, "{new} is older than {old}: a downgrade, as allowed"),
            Self::Deprecated { chart, version } => {
                write!(f, "{chart} {version} is marked as deprecated: look where the chart has moved")
            }
            Self::UnreadVersions { versions } => {
                let shown: Vec<&str> = versions.iter().take(3).map(String::as_str).collect();
                let rest = versions.len().saturating_sub(3);
                let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                write!(f, "published versions of no known scheme were left out: {}{more}", shown.join(", "))
            }
            Self::Follows { place } => write!(f, "{place} repeats the value by an alias, and changes along"),
            Self::StaleLock { file } => {
                write!(f, "{file} still names the old version: run `helm dependency update`")
            }
            Self::UnreadManifest { place } => write!(f, "{place} is not YAML and was left out"),
        }
    }
}
