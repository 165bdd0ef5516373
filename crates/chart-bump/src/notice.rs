//! What a person must know about a bump that goes through.

use std::fmt;

use camino::Utf8PathBuf;
use problem::Place;

use crate::guard::Guard;
use crate::version::Scheme;

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
    /// A guard spoke up, and was lifted.
    Overridden {
        /// The guard.
        guard: Guard,
        /// What it said.
        refusal: String,
    },
    /// Nobody could be asked whether the version is published.
    Unchecked {
        /// The image.
        image: String,
        /// The version asked for.
        new: String,
    },
    /// The image is published elsewhere now.
    ImageMoved {
        /// The image in use.
        image: String,
        /// The present place.
        to: String,
    },
    /// `bump.yaml` says that nobody is to watch the name.
    Ignored {
        /// Why.
        reason: String,
    },
    /// The clone of upstream does not know a version, so that only its text was compared.
    NotInClone {
        /// The version.
        version: String,
    },
    /// Published versions that the declared scheme, or no scheme at all, can read.
    UnreadVersions {
        /// Their texts.
        versions: Vec<String>,
        /// The scheme under which they were read; `None` where every scheme was tried.
        scheme: Option<Scheme>,
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
            Self::NotInClone { version } => {
                write!(f, "the clone of upstream does not know {version}: only the versions were compared")
            }
            Self::Overridden { guard, refusal } => write!(f, "{refusal}: let through by `--allow {guard}`"),
            Self::Unchecked { image, new } => {
                write!(
                    f,
                    "whether {image}:{new} exists was not checked: registries cannot be looked into yet"
                )
            }
            Self::ImageMoved { image, to } => {
                write!(f, "{image} is published as {to} now: look whether the tag is still pushed here")
            }
            Self::Ignored { reason } => write!(f, "bump.yaml ignores this name: {reason}"),
            Self::UnreadVersions { versions, scheme } => {
                let shown: Vec<&str> = versions.iter().take(3).map(String::as_str).collect();
                let rest = versions.len().saturating_sub(3);
                let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                let scheme = scheme
                    .map_or_else(|| "of no known scheme".to_owned(), |own| format!("not of scheme {own}"));
                write!(f, "published versions {scheme} were left out: {}{more}", shown.join(", "))
            }
            Self::Follows { place } => write!(f, "{place} repeats the value by an alias, and changes along"),
            Self::StaleLock { file } => {
                write!(f, "{file} still names the old version: run `helm dependency update`")
            }
            Self::UnreadManifest { place } => write!(f, "{place} is not YAML and was left out"),
        }
    }
}
