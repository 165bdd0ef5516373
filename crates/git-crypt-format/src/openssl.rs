//! Files of `openssl enc -aes-256-cbc -K KEY -iv IV`, as Travis CI kept key files.

use aes::Aes256;
use cbc::cipher::{BlockDecryptMut as _, KeyIvInit as _};
use subtle::{Choice, ConstantTimeEq as _, ConstantTimeGreater as _};
use zeroize::Zeroizing;

use crate::OpensslError;

const BLOCK: usize = 16;

/// The plaintext of what `openssl enc -aes-256-cbc -K key -iv iv` wrote.
///
/// As openssl does it: hexadecimal digits that are missing are zeros at the end, those beyond the
/// length are ignored, and white space around is nothing.
///
/// # Errors
/// [`OpensslError::NotHex`], [`OpensslError::Size`], and [`OpensslError::Padding`], which is all that can be told
/// of a wrong key: this mode authenticates nothing, so whoever reads a key this way lets its format judge it.
pub fn decrypt_aes_256_cbc(key: &[u8], iv: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpensslError> {
    let key: Zeroizing<[u8; 32]> = hex("key", key)?;
    let iv: Zeroizing<[u8; BLOCK]> = hex("initialisation vector", iv)?;
    let mut bytes = Zeroizing::new(sealed.to_vec());
    if bytes.is_empty() || !bytes.len().is_multiple_of(BLOCK) {
        return Err(OpensslError::Size { size: bytes.len() });
    }
    let mut mode = cbc::Decryptor::<Aes256>::new(&(*key).into(), &(*iv).into());
    for block in bytes.chunks_exact_mut(BLOCK) {
        mode.decrypt_block_mut(aes::Block::from_mut_slice(block));
    }
    let size = unpadded(&bytes).ok_or(OpensslError::Padding)?;
    bytes.truncate(size);
    Ok(bytes)
}

/// The length without the padding: N bytes of the value N, at least one.
fn unpadded(bytes: &[u8]) -> Option<usize> {
    let last = *bytes.last()?;
    let count = usize::from(last);
    let mut right: Choice = !last.ct_eq(&0) & !last.ct_gt(&16);
    for byte in bytes.iter().rev().take(count.min(BLOCK)) {
        right &= byte.ct_eq(&last);
    }
    bool::from(right).then(|| bytes.len().checked_sub(count)).flatten()
}

fn hex<const N: usize>(what: &'static str, text: &[u8]) -> Result<Zeroizing<[u8; N]>, OpensslError> {
    let text = text.trim_ascii();
    let mut bytes = Zeroizing::new([0; N]);
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        _ => Err(OpensslError::NotHex { what }),
    };
    if text.is_empty() {
        return Err(OpensslError::NotHex { what });
    }
    for (to, pair) in bytes.iter_mut().zip(text.chunks(2)) {
        let (high, low) = match pair {
            [high, low] => (*high, *low),
            [high] => (*high, b'0'),
            _ => continue,
        };
        *to = digit(high)? << 4 | digit(low)?;
    }
    Ok(bytes)
}
