//! Finds the first of many patterns in text that holds hardly any.
//!
//! The search of Wu and Manber: a window of [`PREFIX`] bytes moves over the text, and its last
//! [`BLOCK`] bytes say how far it may move on before any pattern could begin in it. On a log it
//! looks at every fifth byte; what it takes grows with the patterns alone. All that holds bytes of
//! secrets is erased when the search is dropped.

use std::sync::Arc;

use zeroize::Zeroizing;

/// Every pattern has at least this many bytes; they decide where one may begin.
pub(crate) const PREFIX: usize = 8;

/// How many bytes at the end of the window decide how far it moves.
const BLOCK: usize = 4;

/// The farthest that it may move.
const FARTHEST: u8 = 5;

/// Entries of the smallest and of the largest table, as powers of two: it shall stay in the cache,
/// and most of it shall say `move on`.
const BITS: std::ops::RangeInclusive<u32> = 12..=22;

/// Many patterns, ready to be looked for.
pub(crate) struct Search {
    /// All patterns, one after another, in the order of `patterns`.
    text: Zeroizing<Vec<u8>>,
    /// Sorted by their bytes.
    patterns: Vec<Pattern>,
    /// The first bytes of the patterns as numbers, sorted; several patterns may share them.
    prefixes: Zeroizing<Vec<u64>>,
    /// How far the window may move, by the hash of its last bytes.
    moves: Zeroizing<Vec<u8>>,
    shift: u32,
    longest: usize,
}

struct Pattern {
    start: usize,
    len: usize,
    replacement: Arc<str>,
}

/// A pattern in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Which pattern, by its number in sorted order.
    pub(crate) pattern: usize,
}

impl Search {
    /// The search for `patterns`, which are sorted, differ, and have [`PREFIX`] bytes or more each.
    pub(crate) fn new<'p>(patterns: impl ExactSizeIterator<Item = (&'p [u8], Arc<str>)> + Clone) -> Self {
        let size = patterns.clone().map(|(bytes, _)| bytes.len()).sum();
        let mut search = Self {
            // Never moved while they are filled, so that no copy stays behind.
            text: Zeroizing::new(Vec::with_capacity(size)),
            patterns: Vec::with_capacity(patterns.len()),
            prefixes: Zeroizing::new(Vec::with_capacity(patterns.len())),
            moves: Zeroizing::default(),
            shift: 0,
            longest: 0,
        };
        for (bytes, replacement) in patterns {
            let Some(prefix) = number(bytes, 0) else { continue };
            search.patterns.push(Pattern { start: search.text.len(), len: bytes.len(), replacement });
            search.text.extend_from_slice(bytes);
            search.prefixes.push(prefix);
            search.longest = search.longest.max(bytes.len());
        }
        search.fill_moves();
        search
    }

    fn fill_moves(&mut self) {
        let blocks = self.prefixes.len() * (PREFIX - BLOCK + 1);
        let bits = (blocks * 16).max(1).ilog2().clamp(*BITS.start(), *BITS.end());
        self.shift = u32::BITS - bits;
        let mut moves = Zeroizing::new(vec![FARTHEST; 1 << bits]);
        for prefix in self.prefixes.iter() {
            let bytes = prefix.to_be_bytes();
            for (left, block) in (0..FARTHEST).rev().zip(bytes.windows(BLOCK)) {
                let block = block.try_into().map_or(0, u32::from_le_bytes);
                if let Some(entry) = moves.get_mut(hash(block, self.shift)) {
                    *entry = left.min(*entry);
                }
            }
        }
        self.moves = moves;
    }

    /// How many patterns there are.
    pub(crate) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// What stands in the place of a pattern.
    pub(crate) fn replacement(&self, found: Found) -> &str {
        self.patterns.get(found.pattern).map_or("***", |pattern| &pattern.replacement)
    }

    /// Names every pattern anew.
    pub(crate) fn rename(&mut self, name: impl Fn(&Self, &str) -> Arc<str>) {
        let names: Vec<_> = self.patterns.iter().map(|pattern| name(self, &pattern.replacement)).collect();
        for (pattern, name) in self.patterns.iter_mut().zip(names) {
            pattern.replacement = name;
        }
    }

    /// The first pattern at or after `from`; of several that begin there, the longest.
    pub(crate) fn find(&self, text: &[u8], from: usize) -> Option<Found> {
        let mut at = from;
        loop {
            at = self.candidate(text, at)?;
            if let Some(found) = self.longest_at(text, at) {
                return Some(found);
            }
            at += 1;
        }
    }

    /// Where, at or after `from`, the end of `text` may be the beginning of a pattern.
    pub(crate) fn open_end(&self, text: &[u8], from: usize) -> usize {
        let mut at = from.max(text.len().saturating_sub(self.longest));
        while let Some(candidate) = self.candidate(text, at) {
            if self.may_go_on(text.get(candidate..).unwrap_or_default()) {
                return candidate;
            }
            at = candidate + 1;
        }
        // The last bytes are too few for the window.
        let tail = at.max((text.len() + 1).saturating_sub(PREFIX));
        (tail..text.len())
            .find(|at| self.may_go_on(text.get(*at..).unwrap_or_default()))
            .unwrap_or(text.len())
    }

    /// The next place where the first bytes of a pattern may stand.
    fn candidate(&self, text: &[u8], mut at: usize) -> Option<usize> {
        while let Some(block) = text.get(at + PREFIX - BLOCK..at + PREFIX) {
            let block = block.try_into().map_or(0, u32::from_le_bytes);
            match self.moves.get(hash(block, self.shift)) {
                Some(0) => return Some(at),
                Some(moves) => at += usize::from(*moves),
                // Every hash is within the table.
                None => at += 1,
            }
        }
        None
    }

    fn longest_at(&self, text: &[u8], at: usize) -> Option<Found> {
        let prefix = number(text, at)?;
        let first = self.prefixes.binary_search(&prefix).ok()?;
        let rest = text.get(at..)?;
        let same = |step: &usize| self.prefixes.get(*step) == Some(&prefix);
        // The binary search ends anywhere among equal ones.
        let below = (0..first).rev().take_while(|step| same(step));
        let above = (first..self.prefixes.len()).take_while(|step| same(step));
        let fits = |step: &usize| self.bytes(*step).is_some_and(|pattern| rest.starts_with(pattern));
        let best =
            below.chain(above).filter(fits).max_by_key(|step| self.bytes(*step).map_or(0, <[u8]>::len))?;
        Some(Found { start: at, end: at + self.bytes(best)?.len(), pattern: best })
    }

    /// Whether some pattern begins with the whole of `tail` and is longer.
    fn may_go_on(&self, tail: &[u8]) -> bool {
        // Sorted by bytes, whatever begins with `tail` comes right after it.
        let next = self.patterns.partition_point(|pattern| self.slice(pattern) <= tail);
        self.bytes(next).is_some_and(|pattern| pattern.starts_with(tail))
    }

    fn bytes(&self, number: usize) -> Option<&[u8]> {
        self.patterns.get(number).map(|pattern| self.slice(pattern))
    }

    fn slice(&self, pattern: &Pattern) -> &[u8] {
        self.text.get(pattern.start..pattern.start + pattern.len).unwrap_or_default()
    }
}

/// Eight bytes as a number that sorts as they do.
fn number(text: &[u8], at: usize) -> Option<u64> {
    let bytes: [u8; PREFIX] = text.get(at..at + PREFIX)?.try_into().ok()?;
    Some(u64::from_be_bytes(bytes))
}

/// Multiplication by the golden ratio: its upper bits depend on all bits of the block.
fn hash(block: u32, shift: u32) -> usize {
    (block.wrapping_mul(0x9e37_79b1) >> shift) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn search(patterns: &[Vec<u8>]) -> Search {
        Search::new(patterns.iter().map(|pattern| (pattern.as_slice(), Arc::from("x"))))
    }

    fn slowly(patterns: &[Vec<u8>], text: &[u8], from: usize) -> Option<(usize, usize)> {
        (from..text.len()).find_map(|at| {
            let fits = patterns.iter().filter(|pattern| text[at..].starts_with(pattern));
            fits.map(|pattern| (at, at + pattern.len())).max()
        })
    }

    fn slowly_open(patterns: &[Vec<u8>], text: &[u8], from: usize) -> usize {
        let open = |at: &usize| {
            patterns
                .iter()
                .any(|pattern| pattern.len() > text.len() - at && pattern.starts_with(&text[*at..]))
        };
        (from..text.len()).find(open).unwrap_or(text.len())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Few letters, so that patterns overlap, share beginnings and repeat in the text.
        #[test]
        fn the_fast_search_finds_what_a_slow_one_finds(
            mut patterns in prop::collection::vec("[ab]{8,14}", 1..9),
            text in "[abc]{0,60}",
            from in 0usize..60,
        ) {
            patterns.sort();
            patterns.dedup();
            let patterns: Vec<Vec<u8>> = patterns.into_iter().map(String::into_bytes).collect();
            // Every other text holds a pattern for sure.
            let text = [text.as_bytes(), &patterns[from % patterns.len()], &text.as_bytes()[..text.len() / 2]].concat();
            let search = search(&patterns);
            let from = from.min(text.len());
            let found = search.find(&text, from).map(|found| (found.start, found.end));
            prop_assert_eq!(found, slowly(&patterns, &text, from));
            prop_assert_eq!(search.open_end(&text, from), slowly_open(&patterns, &text, from));
        }
    }

    #[test]
    fn without_patterns_nothing_is_found() {
        let search = search(&[]);
        assert_eq!((search.find(b"0123456789", 0), search.open_end(b"0123456789", 3)), (None, 10));
    }
}
