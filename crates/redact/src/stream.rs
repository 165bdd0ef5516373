//! Masking of bytes that come in chunks.

use zeroize::{Zeroize as _, Zeroizing};

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
        let mut said = Vec::with_capacity(self.held.len() + bytes.len());
        self.push_into(bytes, &mut said);
        said
    }

    /// Takes the next bytes, and appends what may be said now to `said`: with the same `said` each
    /// time, cleared between, nothing is allocated.
    pub fn push_into(&mut self, bytes: &[u8], said: &mut Vec<u8>) {
        let Self { masker, held } = self;
        if held.is_empty() {
            let rest = mask(masker, bytes, |from| masker.open_end(bytes, from), said);
            hold(held, bytes.get(rest..).unwrap_or_default());
            return;
        }
        hold(held, bytes);
        let rest = mask(masker, held, |from| masker.open_end(held, from), said);
        let kept = held.len() - rest;
        held.copy_within(rest.., 0);
        if let Some(stale) = held.get_mut(kept..) {
            stale.zeroize();
        }
        held.truncate(kept);
    }

    /// What is held back, when the stream has ended.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.masker.mask_bytes(&self.held)
    }
}

/// Appends without leaving a copy behind where the buffer has to grow.
fn hold(held: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    if held.capacity() - held.len() < bytes.len() {
        let mut grown = Zeroizing::new(Vec::with_capacity((held.len() + bytes.len()).next_power_of_two()));
        grown.extend_from_slice(held);
        *held = grown;
    }
    held.extend_from_slice(bytes);
}

/// Masks `bytes` up to their open end, onto the end of `masked`; returns where the open end begins.
///
/// A secret that begins before the open end lies in `bytes` with its longest form, because
/// otherwise its beginning would be part of the open end; so it can be decided now.
pub(crate) fn mask(
    masker: &Masker,
    bytes: &[u8],
    open_end: impl Fn(usize) -> usize,
    masked: &mut Vec<u8>,
) -> usize {
    let mut done = 0;
    let mut end = open_end(done);
    while let Some((found, replacement)) = masker.find(bytes, done) {
        if found.start >= end {
            break;
        }
        masked.extend_from_slice(bytes.get(done..found.start).unwrap_or_default());
        masked.extend_from_slice(replacement.as_bytes());
        done = found.end;
        if end < done {
            end = open_end(done);
        }
    }
    masked.extend_from_slice(bytes.get(done..end).unwrap_or_default());
    end
}

/// Shows how much is held back, and nothing of it.
impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("held", &self.held.len()).finish_non_exhaustive()
    }
}
