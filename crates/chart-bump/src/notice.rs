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
    /// The forge did not tell whether anything holds the name back.
    NotSeen {
        /// What it said.
        why: String,
    },
    /// The forge could not count what waits.
    NotCounted {
        /// What it said.
        why: String,
    },
    /// Upstream has no checks of the version.
    NoChecks {
        /// The version.
        version: String,
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
        /// Why.
        why: String,
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
    /// There is no clone of upstream among those that are here.
    NoClone {
        /// The repository.
        repo: String,
    },
    /// Published versions that the declared scheme, or no scheme at all, can read.
    UnreadVersions {
        /// Their texts.
        versions: Vec<String>,
        /// The scheme under which they were read; `None` where every scheme was tried.
        scheme: Option<Scheme>,
    },
    /// A chart inside the chart that changes along.
    Nested {
        /// The chart inside.
        chart: String,
        /// Its version inside the version in use; `None` where it was not there.
        old: Option<String>,
        /// Its version inside the version to come; `None` where it goes.
        new: Option<String>,
    },
    /// An alias that repeats a value which changes.
    Follows {
        /// The alias.
        place: Place,
    },
    /// A lock file that was not in step before, and does not follow.
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
            Self::NoClone { repo } => {
                write!(f, "there is no clone of {repo}: only the versions were compared")
            }
            Self::NotSeen { why } => write!(f, "whether anything holds it back was not seen: {why}"),
            Self::NotCounted { why } => write!(f, "what waits was not counted: {why}"),
            Self::NoChecks { version } => write!(f, "upstream has no checks of {version}"),
            Self::Overridden { guard, refusal } => write!(f, "{refusal}: let through by `--allow {guard}`"),
            Self::Unchecked { image, new, why } => {
                write!(f, "whether {image}:{new} exists was not checked: {why}")
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
            Self::Nested { chart, old, new } => {
                let word = |version: &Option<String>| version.clone().unwrap_or_else(|| "none".to_owned());
                write!(f, "{} CHANGES INSIDE IT: {} -> {}", chart.to_uppercase(), word(old), word(new))
            }
            Self::Follows { place } => write!(f, "{place} repeats the value by an alias, and changes along"),
            Self::StaleLock { file } => {
                write!(
                    f,
                    "{file} was not in step with its chart before, and stays as it is: run `helm dependency update`"
                )
            }
            Self::UnreadManifest { place } => write!(f, "{place} is not YAML and was left out"),
        }
    }
}
