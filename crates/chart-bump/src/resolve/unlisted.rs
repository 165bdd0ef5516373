//! A tag that nobody can be asked about.

use super::Target;
use crate::error::BumpError;
use crate::find::Pin;
use crate::notice::Notice;
use crate::version::{CommitHash, Scheme};

/// A tag or digest of an image, which nobody can be asked about.
pub(super) fn unlisted(
    name: &str,
    pin: &Pin,
    image: &str,
    why: &str,
    target: &Target,
    notices: &mut Vec<Notice>,
) -> Result<String, BumpError> {
    let no_lookup = |wanted: &str| BumpError::NoTag {
        name: name.to_owned(),
        image: image.to_owned(),
        why: why.to_owned(),
        wanted: wanted.to_owned(),
    };
    let Target::Named(new) = target else {
        return Err(no_lookup("which is the latest"));
    };
    // A commit alone is a tag only where the tags are commits.
    let is_commit = new.parse::<CommitHash>().is_ok();
    let tags_are_commits = Scheme::BareHash.parse(&pin.version).is_ok();
    if is_commit && !tags_are_commits && *new != pin.version {
        return Err(no_lookup("which tag holds a commit"));
    }
    if *new != pin.version {
        notices.push(Notice::Unchecked { image: image.to_owned(), new: new.clone(), why: why.to_owned() });
    }
    Ok(new.clone())
}
