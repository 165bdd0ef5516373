//! The shape of a sealed file: magic, nonce, ciphertext as long as the plaintext.

use camino::Utf8Path;

use crate::Error;

/// First bytes of every sealed file.
pub(crate) const MAGIC: &[u8] = b"\0GITCRYPT\0";

/// Bytes of the nonce, which is also what authenticates the plaintext.
pub(crate) const NONCE: usize = 12;

/// Whether `bytes` begin as a sealed file does: such bytes must never reach a cluster.
#[must_use]
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Nonce and ciphertext.
pub(crate) fn split<'b>(file: &Utf8Path, bytes: &'b [u8]) -> Result<(&'b [u8; NONCE], &'b [u8]), Error> {
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        return Err(if bytes.len() > 1 && MAGIC.starts_with(bytes) {
            Error::Truncated { file: file.to_owned(), size: bytes.len() }
        } else {
            Error::Plaintext { file: file.to_owned() }
        });
    };
    rest.split_first_chunk().ok_or_else(|| Error::Truncated { file: file.to_owned(), size: bytes.len() })
}
