//! The shape of a sealed file: magic, nonce, ciphertext as long as the plaintext.

use crate::OpenError;

/// First bytes of every sealed file.
pub(crate) const MAGIC: &[u8] = b"\0GITCRYPT\0";

/// Bytes of the nonce, which is also what authenticates the plaintext.
pub(crate) const NONCE: usize = 12;

/// How many bytes a sealed file has more than its plaintext.
pub const OVERHEAD: usize = MAGIC.len() + NONCE;

/// Whether `bytes` begin as a sealed file does: such bytes must never reach a cluster.
#[must_use]
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Nonce and ciphertext.
pub(crate) fn split(bytes: &[u8]) -> Result<(&[u8; NONCE], &[u8]), OpenError> {
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        return Err(if bytes.len() > 1 && MAGIC.starts_with(bytes) {
            OpenError::Truncated { size: bytes.len() }
        } else {
            OpenError::Plaintext
        });
    };
    rest.split_first_chunk().ok_or(OpenError::Truncated { size: bytes.len() })
}
