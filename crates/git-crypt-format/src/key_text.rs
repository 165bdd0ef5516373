//! A key as text in a variable.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::KeyError;

/// Padding may be missing: some stores of secrets cut it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes that `text` encodes; white space is skipped wherever it stands.
pub(crate) fn decode(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let not_base64 = |at: usize| KeyError::NotBase64 { at: at + 1 };
    let mut packed = Zeroizing::new(Vec::with_capacity(text.len()));
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=' => packed.push(*byte),
            _ if byte.is_ascii_whitespace() => {}
            _ => return Err(not_base64(at)),
        }
    }
    let mut bytes = Zeroizing::new(vec![0; packed.len()]);
    let size = BASE64
        .decode_slice(packed.as_slice(), &mut bytes)
        // Only the padding can be wrong now, and that stands at the end.
        .map_err(|_| not_base64(text.trim_ascii_end().len().saturating_sub(1)))?;
    bytes.truncate(size);
    Ok(bytes)
}
