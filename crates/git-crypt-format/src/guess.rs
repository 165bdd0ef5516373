//! Whether a file that does not verify is the fault of the key or of the file.

/// Fewer bytes can look like text by chance.
const ENOUGH: usize = 32;

/// Whether bytes that were decrypted and do not verify still read as text. Counter mode spoils only
/// what was changed, so text that shows says: the key fits. Under another key every byte is random,
/// and of random bytes three in eight would be printable; text has more than three in four.
///
/// Sealed content that is no text, or whose nonce was changed, counts as the key's fault.
pub(crate) fn reads_as_text(bytes: &[u8]) -> bool {
    let printable = bytes.iter().filter(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')).count();
    bytes.len() >= ENOUGH && printable * 4 > bytes.len() * 3
}
