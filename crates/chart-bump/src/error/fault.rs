//! What can be wrong with `bump.yaml` and with an image reference.

use std::borrow::Cow;

/// Why `bump.yaml` is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigFault {
    /// A key that means nothing there.
    #[error("`{key}` means nothing here")]
    UnknownKey {
        /// The key.
        key: String,
        /// The nearest right one.
        near: Option<String>,
        /// All that may stand there.
        allowed: &'static [&'static str],
    },
    /// A key that must be there.
    #[error("`{key}` is missing here")]
    MissingKey {
        /// The key.
        key: &'static str,
    },
    /// A key or name that is there twice.
    #[error("`{key}` is there twice")]
    Twice {
        /// The key.
        key: String,
    },
    /// A version that is pinned in silence.
    #[error("nobody watches {what} `{name}`, which is pinned here")]
    Unwatched {
        /// What is pinned.
        what: &'static str,
        /// Its name.
        name: String,
        /// What to write under `watch`.
        entry: String,
    },
    /// Another value than can be there.
    #[error("wanted here: {wanted}")]
    Value {
        /// What can be there.
        wanted: &'static str,
        /// The nearest right value.
        near: Option<String>,
    },
}

impl ConfigFault {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::UnknownKey { .. } => "config.unknown_key",
            Self::MissingKey { .. } => "config.missing_key",
            Self::Twice { .. } => "config.twice",
            Self::Value { .. } => "config.value",
            Self::Unwatched { .. } => "config.unwatched",
        }
    }

    pub(super) fn help(&self) -> Cow<'static, str> {
        match self {
            Self::UnknownKey { near: Some(near), .. } | Self::Value { near: Some(near), .. } => {
                format!("did you mean `{near}`?").into()
            }
            Self::UnknownKey { allowed, .. } => {
                format!("these keys can stand here: {}", allowed.join(", ")).into()
            }
            Self::MissingKey { key } => format!("write `{key}:` with its value").into(),
            Self::Twice { .. } => "remove one of the two".into(),
            Self::Unwatched { entry, .. } => format!(
                "name it with a reason under `ignore` in bump.yaml, or write under `watch`:\n{}",
                entry.trim_end()
            )
            .into(),
            Self::Value { .. } => "correct the value; nothing was changed".into(),
        }
    }
}

/// Why a part of an image reference cannot be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PartFault {
    /// No tag.
    #[error("the image has no tag to replace")]
    NoTag,
    /// No digest.
    #[error("the image has no digest to replace")]
    NoDigest,
    /// Tag and digest.
    #[error("the image has a digest beside its tag, and the digest alone decides what is pulled")]
    TagBesideDigest,
    /// Digest and tag.
    #[error("the image has a tag beside its digest, and would tell one version and be another")]
    DigestBesideTag,
    /// The new value is no tag.
    #[error("the new value cannot be the tag of an image")]
    NotATag,
    /// The new value is no digest.
    #[error("the new value cannot be the digest of an image")]
    NotADigest,
}

impl PartFault {
    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::NoTag => "write a first tag by hand",
            Self::NoDigest => "write a first digest by hand, or watch the tag with `part: tag`",
            Self::TagBesideDigest | Self::DigestBesideTag => "watch both with `part: tag@digest`",
            Self::NotATag => "a tag has up to 128 letters, digits, `_`, `.` and `-`",
            Self::NotADigest => "a digest is `sha256:` with 64 hexadecimal digits in lower case",
        }
    }
}
