//! Verified plaintext.

use camino::{Utf8Path, Utf8PathBuf};
use zeroize::Zeroizing;

use crate::plaintext::Plaintext;
use crate::{Secret, secret, variables};

/// The plaintext of a sealed file, verified; in pages of its own that no core dump holds, and erased
/// when dropped.
///
/// It can be neither printed, nor serialised, nor copied by accident.
pub struct Opened {
    file: Utf8PathBuf,
    bytes: Plaintext,
}

impl Opened {
    pub(crate) fn new(file: &Utf8Path, bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { file: file.to_owned(), bytes: Plaintext::new(bytes) }
    }

    /// Plaintext that lies open in an unlocked clone: it came from a file of the work tree, and nothing
    /// verifies it.
    #[must_use]
    pub fn of_clone(file: &Utf8Path, bytes: Zeroizing<Vec<u8>>) -> Self {
        Self::new(file, bytes)
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

    /// The plaintext in a buffer of its own, for whoever hands it on at once.
    #[must_use]
    pub fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.bytes.into_bytes()
    }

    /// The variables that it assigns, in order: those of its `NAME=value` lines as they stand, without
    /// the quotes around them; of a YAML or JSON document the values at its top. What is no name of a
    /// variable is left out.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, Zeroizing<String>)> {
        variables::variables(&self.bytes)
    }

    /// Whether its pages are kept out of the swap; the limit of locked memory may forbid that.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.bytes.is_locked()
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
