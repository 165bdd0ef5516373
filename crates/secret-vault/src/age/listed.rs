//! What the manifest says of one file.

use camino::Utf8Path;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::reader::hex;

/// A sealed file as a reader left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub(super) epoch: u64,
    pub(super) changed: Timestamp,
    pub(super) size: u64,
    pub(super) hash: String,
}

impl Listed {
    /// A file that was just sealed; `changed` is when its content last became another.
    #[must_use]
    pub fn of(sealed: &[u8], epoch: u64, changed: Timestamp) -> Self {
        let changed = Timestamp::from_second(changed.as_second()).unwrap_or(changed);
        Self { epoch, changed, size: sealed.len() as u64, hash: hash(sealed) }
    }

    /// The epoch in which it was sealed.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// When its content last became another; sealing the same again does not count.
    #[must_use]
    pub fn changed(&self) -> Timestamp {
        self.changed
    }

    /// Whether these bytes are the ones.
    #[must_use]
    pub fn is(&self, sealed: &[u8]) -> bool {
        self.size == sealed.len() as u64 && self.hash == hash(sealed)
    }

    /// The line of the file at `path`.
    pub(super) fn line(&self, path: &Utf8Path) -> String {
        format!("file {} {} {} {} {path}\n", self.epoch, self.changed, self.size, self.hash)
    }

    /// From the words of such a line behind `file`.
    pub(super) fn parse(words: &str) -> Option<(&Utf8Path, Self)> {
        let mut words = words.splitn(5, ' ');
        let listed = Self {
            epoch: number(words.next()?)?,
            changed: words.next()?.parse().ok()?,
            size: number(words.next()?)?,
            hash: words.next().filter(|hash| is_hash(hash))?.to_owned(),
        };
        words.next().filter(|path| !path.is_empty()).map(|path| (Utf8Path::new(path), listed))
    }
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn number(text: &str) -> Option<u64> {
    // One spelling a number: no sign, no leading zero.
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
