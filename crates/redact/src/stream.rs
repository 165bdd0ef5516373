//! Masking of bytes that come in chunks.

use zeroize::Zeroizing;

use crate::Masker;

/// Masks a stream whose chunks may end anywhere, also within a secret.
///
/// Only bytes that may still become a secret are held back; what is masked is the same for every
/// way to cut the stream into chunks.
pub struct Stream {
    masker: Masker,
    held: Zeroizing<Vec<u8>>,
}

impl Stream {
    pub(crate) fn new(masker: Masker) -> Self {
        Self { masker, held: Zeroizing::default() }
    }

    /// Takes the next bytes; returns what may be said now.
    #[must_use]
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        let (masked, rest) = mask(&self.masker, &self.held, |from| self.masker.open_end(&self.held, from));
        self.held = Zeroizing::new(self.held.get(rest..).unwrap_or_default().to_vec());
        masked
    }

    /// What is held back, when the stream has ended.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.masker.mask_bytes(&self.held)
    }
}

/// Masks `bytes` up to their open end; returns the masked bytes and where the open end begins.
///
/// A secret that begins before the open end lies in `bytes` with its longest form, because
/// otherwise its beginning would be part of the open end; so it can be decided now.
pub(crate) fn mask(masker: &Masker, bytes: &[u8], open_end: impl Fn(usize) -> usize) -> (Vec<u8>, usize) {
    let mut masked = Vec::with_capacity(bytes.len());
    let mut done = 0;
    let mut end = open_end(done);
    while let Some((found, replacement)) = masker.find(bytes, done) {
        if found.start() >= end {
            break;
        }
        masked.extend_from_slice(bytes.get(done..found.start()).unwrap_or_default());
        masked.extend_from_slice(replacement.as_bytes());
        done = found.end();
        if end < done {
            end = open_end(done);
        }
    }
    masked.extend_from_slice(bytes.get(done..end).unwrap_or_default());
    (masked, end)
}

/// Shows how much is held back, and nothing of it.
impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("held", &self.held.len()).finish_non_exhaustive()
    }
}
