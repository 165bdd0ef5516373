//! The masker: a set of secrets, and text without them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::pattern::{Pattern, patterns};
use crate::search::{Found, Search};
use crate::stream::{self, Stream};
use crate::{Error, Warning};

/// The most that all secrets together may have, in bytes: far above a large deployment's. The
/// search holds each in some twenty forms.
const LIMIT: usize = 1024 * 1024;

/// Replaces secrets in text by `***tag***`, which tells neither their length nor their encoding.
///
/// Where several begin at one place, the longest wins. Cheap to clone; the secrets are erased when the
/// last clone is dropped. The default one knows no secrets and changes nothing.
#[derive(Clone, Default)]
pub struct Masker(Option<Arc<Search>>);

impl Masker {
    /// A masker for these secrets, each with the tag that shall stand in its place (`file:key`),
    /// and a warning for each one that will not be masked.
    ///
    /// Quotes, backslashes and control characters of a tag are replaced, so that a masked JSON text
    /// stays one; a tag that itself holds a secret is replaced whole.
    ///
    /// # Errors
    /// [`Error::TooMuch`] where the secrets have more than a mebibyte together.
    pub fn new<T: Into<String>, B: AsRef<[u8]>>(
        secrets: impl IntoIterator<Item = (T, B)>,
    ) -> Result<(Self, Vec<Warning>), Error> {
        Self::new_besides("", secrets)
    }

    /// As [`new`](Self::new), but a value that also stands in `public` text is not masked: the host
    /// of a hub, say, is found in encrypted files as well as in those that everyone can read.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn new_besides<T: Into<String>, B: AsRef<[u8]>>(
        public: &str,
        secrets: impl IntoIterator<Item = (T, B)>,
    ) -> Result<(Self, Vec<Warning>), Error> {
        let mut tags: BTreeMap<Pattern, Arc<str>> = BTreeMap::new();
        let mut warnings = Vec::new();
        let mut size = 0;
        for (tag, value) in secrets {
            let (tag, value) = (tag.into(), value.as_ref());
            size += value.len();
            if size > LIMIT {
                return Err(Error::TooMuch { limit: LIMIT, tag });
            }
            let found = match patterns(value, public) {
                Ok(found) => found,
                Err(reason) => {
                    warnings.push(Warning { tag, reason });
                    continue;
                }
            };
            let shared: Arc<str> = tag.as_str().into();
            for pattern in found {
                // The first secret of a value names it.
                tags.entry(pattern).or_insert_with(|| Arc::clone(&shared));
            }
        }
        Ok((Self::build(&tags), warnings))
    }

    fn build(tags: &BTreeMap<Pattern, Arc<str>>) -> Self {
        let mut search = Search::new(tags.iter().map(|(pattern, tag)| (pattern.as_ref(), Arc::clone(tag))));
        search.rename(shown);
        Self(Some(Arc::new(search)))
    }

    /// The text without the secrets; borrowed where there are none.
    #[must_use]
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.find(text.as_bytes(), 0).is_none() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(String::from_utf8_lossy(&self.mask_bytes(text.as_bytes())).into_owned())
    }

    /// The bytes without the secrets.
    #[must_use]
    pub fn mask_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut masked = Vec::with_capacity(bytes.len());
        stream::mask(self, bytes, |_| bytes.len(), &mut masked);
        masked
    }

    /// A masker for bytes that come in chunks.
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream::new(self.clone())
    }

    /// The first secret at or after `from`, and what stands in its place.
    pub(crate) fn find(&self, bytes: &[u8], from: usize) -> Option<(Found, &str)> {
        let search = self.0.as_ref()?;
        let found = search.find(bytes, from)?;
        Some((found, search.replacement(found)))
    }

    /// Where, at or after `from`, the end of `bytes` may be the beginning of a secret.
    pub(crate) fn open_end(&self, bytes: &[u8], from: usize) -> usize {
        self.0.as_ref().map_or(bytes.len(), |search| search.open_end(bytes, from))
    }
}

/// The tag as it is shown: it breaks no quotes, and holds no secret.
fn shown(search: &Search, tag: &str) -> Arc<str> {
    if search.find(tag.as_bytes(), 0).is_some() {
        return "***secret***".into();
    }
    let plain = |c: char| if c.is_control() || matches!(c, '"' | '\'' | '\\' | '*') { '_' } else { c };
    format!("***{}***", tag.chars().map(plain).collect::<String>()).into()
}

/// Shows how many patterns there are, and none of them.
impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Masker")
            .field("patterns", &self.0.as_ref().map_or(0, |search| search.len()))
            .finish_non_exhaustive()
    }
}
