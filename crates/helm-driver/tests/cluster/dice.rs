//! Numbers and words that look random and are the same in every run.

/// A small generator (SplitMix64), so that a seed names a case for ever.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from zero to `largest`.
    pub(crate) fn up_to(&mut self, largest: u32) -> u32 {
        u32::try_from(self.next() % (u64::from(largest) + 1)).unwrap()
    }

    /// An index into a list of this length.
    pub(crate) fn below(&mut self, length: usize) -> usize {
        self.up_to(u32::try_from(length).unwrap() - 1) as usize
    }

    /// A word of small letters, at least one and at most so many.
    pub(crate) fn text(&mut self, longest: u32) -> String {
        let length = 1 + self.up_to(longest - 1);
        self.text_of(length)
    }

    /// A word of exactly so many small letters.
    pub(crate) fn text_of(&mut self, length: u32) -> String {
        (0..length).map(|_| char::from(b'a' + u8::try_from(self.up_to(25)).unwrap())).collect()
    }
}
