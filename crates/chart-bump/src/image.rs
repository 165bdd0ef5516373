//! Which part of a scalar is the version: all of it, or the tag or digest of an image reference.

use std::fmt;

use crate::error::PartFault;

/// The part of a scalar that a bump replaces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// The whole scalar.
    #[default]
    Whole,
    /// What stands between the last colon of an image reference and its end.
    Tag,
    /// The digest of an image: the whole scalar, or what stands behind the `@` of a reference without a
    /// tag.
    Digest,
    /// The tag of an image reference with the digest behind it, or none yet.
    TagAndDigest,
}

impl Part {
    /// The version in `scalar`.
    ///
    /// # Errors
    /// The image has no such part, or a digest and a tag of which the other one would be left to lie.
    pub fn of(self, scalar: &str) -> Result<&str, PartFault> {
        let image = ImageRef::of(scalar);
        match self {
            Self::Whole => Ok(scalar),
            Self::Tag if image.digest.is_some() => Err(PartFault::TagBesideDigest),
            Self::Tag => image.tag.ok_or(PartFault::NoTag),
            Self::Digest if is_digest(scalar) => Ok(scalar),
            Self::Digest if image.digest.is_some() && image.tag.is_some() => Err(PartFault::DigestBesideTag),
            Self::Digest => image.digest.ok_or(PartFault::NoDigest),
            Self::TagAndDigest => image.tag.ok_or(PartFault::NoTag),
        }
    }

    /// The digest in `scalar`, where this part has one.
    #[must_use]
    pub fn digest(self, scalar: &str) -> Option<&str> {
        match self {
            Self::Digest => self.of(scalar).ok(),
            Self::TagAndDigest => ImageRef::of(scalar).digest,
            Self::Whole | Self::Tag => None,
        }
    }

    /// Whether it takes the digest of the image to write it.
    #[must_use]
    pub const fn needs_digest(self) -> bool {
        matches!(self, Self::Digest | Self::TagAndDigest)
    }

    /// `scalar` with `new` in the place of its version: a tag, a digest, or both as `TAG@DIGEST`.
    ///
    /// # Errors
    /// As [`Part::of`]; or `new` cannot stand there.
    pub fn replaced(self, scalar: &str, new: &str) -> Result<String, PartFault> {
        let old = self.of(scalar)?;
        match self {
            Self::Whole => return Ok(new.to_owned()),
            Self::Tag if !is_tag(new) => return Err(PartFault::NotATag),
            Self::Digest if !is_digest(new) => return Err(PartFault::NotADigest),
            Self::TagAndDigest => {
                let (tag, digest) = new.split_once('@').ok_or(PartFault::NotADigest)?;
                Self::Digest.replaced(digest, digest)?;
                let image = scalar.split_once('@').map_or(scalar, |(image, _)| image);
                return Ok(format!("{}@{digest}", Self::Tag.replaced(image, tag)?));
            }
            Self::Tag | Self::Digest => {}
        }
        // Both parts end the reference.
        Ok(format!("{}{new}", scalar.strip_suffix(old).unwrap_or_default()))
    }

    /// The image in `scalar`, without tag and digest; `None` where the scalar is a bare version.
    #[must_use]
    pub fn image(self, scalar: &str) -> Option<&str> {
        let is_bare = self == Self::Whole || (self == Self::Digest && is_digest(scalar));
        (!is_bare).then(|| ImageRef::of(scalar).name)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Whole => "whole",
            Self::Tag => "tag",
            Self::Digest => "digest",
            Self::TagAndDigest => "tag@digest",
        })
    }
}

/// `registry:5000/owner/name:tag@digest` in its parts.
struct ImageRef<'t> {
    name: &'t str,
    tag: Option<&'t str>,
    digest: Option<&'t str>,
}

impl<'t> ImageRef<'t> {
    fn of(text: &'t str) -> Self {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        // A colon before the last slash belongs to the registry's port.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        Self { name, tag, digest }
    }
}

/// The grammar of registries: up to 128 letters, digits, `_`, `.` and `-`, not `.` or `-` first.
fn is_tag(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    (1..=128).contains(&text.len()) && text.chars().all(word) && !text.starts_with(['.', '-'])
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|digits| {
        digits.len() == 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_references() {
        let sha = format!("sha256:{}", "a1".repeat(32));
        let pinned = format!("quay.io/x/y@{sha}");
        let both = format!("quay.io/x/y:1@{sha}");
        for (part, scalar, old) in [
            (Part::Tag, "jupyter/repo2docker:a161b09", Ok("a161b09")),
            (Part::Tag, "localhost:5000/a/b", Err(PartFault::NoTag)),
            (Part::Tag, "localhost:5000/a/b:1.2", Ok("1.2")),
            (Part::Tag, &both, Err(PartFault::TagBesideDigest)),
            (Part::Digest, &pinned, Ok(sha.as_str())),
            (Part::Digest, "a:b", Err(PartFault::NoDigest)),
            (Part::Digest, &sha, Ok(sha.as_str())),
            (Part::Digest, &both, Err(PartFault::DigestBesideTag)),
            (Part::TagAndDigest, &both, Ok("1")),
            (Part::TagAndDigest, "a:b", Ok("b")),
            (Part::TagAndDigest, &pinned, Err(PartFault::NoTag)),
            (Part::Whole, "1.2.3", Ok("1.2.3")),
        ] {
            assert_eq!(part.of(scalar), old, "{scalar}");
        }
    }

    #[test]
    fn only_the_part_is_replaced() {
        let other = format!("sha256:{}", "0".repeat(64));
        assert_eq!(Part::Tag.replaced("h:5000/a:1", "2.0_x").as_deref(), Ok("h:5000/a:2.0_x"));
        assert_eq!(Part::Tag.replaced("a:1:1", "2").as_deref(), Ok("a:1:2"));
        assert_eq!(Part::Digest.replaced("a@sha256:0", &other), Ok(format!("a@{other}")));
        for bad in ["", "a b", "a/b", ".1", "-1", "a:b"] {
            assert_eq!(Part::Tag.replaced("a:1", bad), Err(PartFault::NotATag), "{bad:?}");
        }
        assert_eq!(Part::Digest.replaced(&other, &other).as_ref(), Ok(&other));
        for image in ["h:5000/a:1", &format!("h:5000/a:1@sha256:{}", "1".repeat(64))] {
            let new = format!("2@{other}");
            assert_eq!(Part::TagAndDigest.replaced(image, &new), Ok(format!("h:5000/a:2@{other}")));
            assert_eq!(Part::TagAndDigest.replaced(image, "2"), Err(PartFault::NotADigest));
        }
        assert_eq!(Part::Digest.replaced("a@sha256:0", "1.2"), Err(PartFault::NotADigest));
        assert_eq!(Part::Tag.image("h:5000/a:1"), Some("h:5000/a"));
    }
}
