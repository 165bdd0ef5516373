//! The masker: a set of secrets, and text without them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, Input, Match, MatchKind};

use crate::pattern::{Pattern, patterns};
use crate::stream::{self, Stream};
use crate::{Error, Reason, Warning, common};

/// The most that all secrets together may have, in bytes: far above a large deployment's. The
/// search needs about a thousand times their length while it is built.
const LIMIT: usize = 1024 * 1024;

/// Replaces secrets in text by `***tag***`, which tells neither their length nor their encoding.
///
/// Where several begin at one place, the longest wins. Cheap to clone. The search itself holds the
/// secrets until its last clone is dropped, and cannot erase them then; whoever needs that takes an
/// allocator that erases what it frees. The default one knows no secrets and changes nothing.
#[derive(Clone, Default)]
pub struct Masker(Option<Arc<Search>>);

struct Search {
    automaton: NFA,
    /// By number of the pattern.
    replacements: Vec<Arc<str>>,
}

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
            let found = match patterns(value) {
                Ok(_) if common::stands_in(public, value) => Err(Reason::Public),
                found => found,
            };
            let found = match found {
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
        Ok((Self::build(&tags)?, warnings))
    }

    fn build(tags: &BTreeMap<Pattern, Arc<str>>) -> Result<Self, Error> {
        let automaton = NFA::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(tags.keys())
            .map_err(|source| Error::Build { source })?;
        let mut search = Search { automaton, replacements: Vec::new() };
        let shown = tags.values().map(|tag| search.shown(tag)).collect();
        search.replacements = shown;
        Ok(Self(Some(Arc::new(search))))
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
        stream::mask(self, bytes, |_| bytes.len()).0
    }

    /// A masker for bytes that come in chunks.
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream::new(self.clone())
    }

    /// The first secret at or after `from`, and what stands in its place.
    pub(crate) fn find(&self, bytes: &[u8], from: usize) -> Option<(Match, &str)> {
        let search = self.0.as_ref()?;
        let found = search.find(bytes, from)?;
        Some((found, search.replacements.get(found.pattern().as_usize()).map_or("***", |text| text)))
    }

    /// Where, at or after `from`, the end of `bytes` may be the beginning of a secret.
    pub(crate) fn open_end(&self, bytes: &[u8], from: usize) -> usize {
        let Some(search) = &self.0 else { return bytes.len() };
        let first = from.max(bytes.len().saturating_sub(search.automaton.max_pattern_len()));
        (first..bytes.len())
            .find(|start| bytes.get(*start..).is_some_and(|tail| search.may_go_on(tail)))
            .unwrap_or(bytes.len())
    }
}

impl Search {
    fn find(&self, bytes: &[u8], from: usize) -> Option<Match> {
        // The search fails only for requests that this automaton was not built for.
        self.automaton.try_find(&Input::new(bytes).range(from..)).ok().flatten()
    }

    /// Whether some pattern begins with the whole of `tail`.
    fn may_go_on(&self, tail: &[u8]) -> bool {
        let Ok(mut state) = self.automaton.start_state(Anchored::Yes) else { return true };
        for byte in tail {
            state = self.automaton.next_state(Anchored::Yes, state, *byte);
            if self.automaton.is_dead(state) {
                return false;
            }
        }
        true
    }

    fn shown(&self, tag: &str) -> Arc<str> {
        if self.find(tag.as_bytes(), 0).is_some() {
            return "***secret***".into();
        }
        let plain = |c: char| if c.is_control() || matches!(c, '"' | '\'' | '\\' | '*') { '_' } else { c };
        format!("***{}***", tag.chars().map(plain).collect::<String>()).into()
    }
}

/// Shows how many patterns there are, and none of them.
impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Masker")
            .field("patterns", &self.0.as_ref().map_or(0, |search| search.replacements.len()))
            .finish_non_exhaustive()
    }
}
