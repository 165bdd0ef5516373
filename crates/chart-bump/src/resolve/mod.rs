//! From what a person asks for to the one published version that is meant.

mod choose;
mod guards;
mod unlisted;

pub use choose::candidate;
pub(crate) use guards::digest as unchanged;

use std::convert::Infallible;
use std::str::FromStr;

use crate::catalogue;
use crate::error::BumpError;
use crate::find::Pin;
use crate::guard::Allow;
use crate::history::History;
use crate::image::Part;
use crate::notice::Notice;
use crate::published::Published;
use crate::source::IndexEntry;
use crate::version::Scheme;

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The newest under the scheme of the version in use.
    Latest,
    /// A commit hash or a version.
    Named(String),
}

impl FromStr for Target {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "latest" { Self::Latest } else { Self::Named(text.to_owned()) })
    }
}

/// What holds for a bump beside its target.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The scheme that is declared for the name; without it, each version speaks for itself.
    pub scheme: Option<Scheme>,
    /// The guards that are lifted.
    pub allow: Allow,
    /// The chart as its repository calls it, where that is another name.
    pub chart: Option<String>,
    /// The repository of upstream, `owner/name` on GitHub.
    pub upstream: Option<String>,
    /// What stands before a version in its tag there, where that is known.
    pub tag_prefix: Option<String>,
    /// The commits of upstream; without them only the text of a version tells what it contains.
    pub history: Option<History>,
    /// The digests that are on record for archives, by version.
    pub recorded: Vec<(String, String)>,
}

/// The version that is meant, and what the person must know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'i> {
    /// The version.
    pub version: String,
    /// Its entry in the index; `None` where nobody could be asked, or need not be published.
    pub entry: Option<&'i IndexEntry>,
    /// Whether it is what stands there already.
    pub is_in_use: bool,
    /// What was noticed on the way.
    pub notices: Vec<Notice>,
}

/// Finds the version that `target` means for `pin`, a pin of `name`.
///
/// # Errors
/// Nobody published it; a hash fits several commits; `latest` has no answer; or a [`Guard`] stands
/// in the way that `rules` do not lift. The first guard in their order speaks.
///
/// [`Guard`]: crate::Guard
pub fn resolve<'i>(
    name: &str,
    pin: &Pin,
    target: &Target,
    published: &'i Published,
    rules: &Rules,
) -> Result<Resolved<'i>, BumpError> {
    let mut notices = Vec::new();
    let current = pin.version.as_str();
    let (version, entry) = match published {
        Published::Index(index) if matches!(target, Target::Named(named) if named.starts_with("sha256:")) => {
            let why = "no registry lists digests";
            (unlisted::unlisted(name, pin, &index.chart, why, target, &mut notices)?, None)
        }
        Published::Index(index) => choose::of_pin(pin, target, index, rules, &mut notices)?,
        Published::Unlisted { image, why } => {
            (unlisted::unlisted(name, pin, image, why, target, &mut notices)?, None)
        }
    };
    let is_in_use = match pin.part {
        Part::Digest => entry.is_some_and(|entry| entry.digest.as_deref() == Some(current)),
        _ => current == version,
    };
    if !is_in_use {
        notices.extend(catalogue::image_moved(name, pin.repository.as_deref().unwrap_or_default()));
        guards::before_digest(name, pin, &version, entry, rules, &mut notices)?;
    }
    guards::digest(name, &version, published, rules, &mut notices)?;
    Ok(Resolved { version, entry, is_in_use, notices })
}
