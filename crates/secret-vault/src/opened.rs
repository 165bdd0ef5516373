//! Verified plaintext.

use camino::{Utf8Path, Utf8PathBuf};
use zeroize::Zeroizing;

use crate::{Secret, secret};

/// The plaintext of a sealed file, verified; erases itself.
///
/// It can be neither printed, nor serialised, nor copied by accident.
pub struct Opened {
    file: Utf8PathBuf,
    bytes: Zeroizing<Vec<u8>>,
}

impl Opened {
    pub(crate) fn new(file: &Utf8Path, bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { file: file.to_owned(), bytes }
    }

    /// The file it was sealed in.
    #[must_use]
    pub fn file(&self) -> &Utf8Path {
        &self.file
    }

    /// The plaintext. Helm before 4.2.5 drops a last line without line ending at some lengths, so
    /// whoever hands it to Helm ends it with one.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }

    /// The plaintext itself.
    #[must_use]
    pub fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.bytes
    }

    /// What of it must never be printed: the values of a YAML or JSON document; of any other text
    /// the whole and the values assigned in it; of other bytes the whole, where it is small.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        secret::collect(&self.file, &self.bytes)
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("file", &self.file).finish_non_exhaustive()
    }
}
