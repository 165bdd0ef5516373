//! The text form of an age file, taken off.

use std::borrow::Cow;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camino::Utf8Path;

use super::Error;

const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const NAME: &[u8] = b"BEGIN AGE ";
/// How far in the armor may begin.
const LOOK: usize = 1024;

pub(super) fn is_armored(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(BEGIN)
}

/// The age file in a text, as a variable holds it: armored, or in base64 with any line breaks; none where it
/// is something else.
#[must_use]
pub fn in_text(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if is_armored(text) {
        return Some(Cow::Borrowed(text));
    }
    let base64: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(base64).ok()?;
    super::is_sealed(&bytes).then_some(Cow::Owned(bytes))
}

/// Whether someone meant `bytes` to be armored, rightly or not.
pub(super) fn is_tried(bytes: &[u8]) -> bool {
    let head = bytes.get(..LOOK).unwrap_or(bytes);
    head.windows(NAME.len()).any(|window| window.eq_ignore_ascii_case(NAME))
}

/// The bytes within the armor, or `bytes` where there is none. Blanks around the armor are no part of it.
pub(super) fn decoded<'b>(file: &Utf8Path, bytes: &'b [u8]) -> Result<Cow<'b, [u8]>, Error> {
    if bytes.starts_with(b"age-encryption.org/") || !is_tried(bytes) {
        return Ok(Cow::Borrowed(bytes));
    }
    if !is_armored(bytes) {
        return Err(Error::Armor { file: file.to_owned() });
    }
    let mut inner = Vec::with_capacity(bytes.len() / 4 * 3);
    age::armor::ArmoredReader::new(bytes.trim_ascii())
        .read_to_end(&mut inner)
        .map_err(|_| Error::Armor { file: file.to_owned() })?;
    Ok(Cow::Owned(inner))
}
