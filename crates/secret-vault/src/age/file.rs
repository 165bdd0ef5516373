//! One age file: opened as a whole or not at all, and sealed.

use std::io::{Read as _, Write as _};

use age::{DecryptError, Decryptor, EncryptError, Encryptor};
use camino::Utf8Path;
use zeroize::Zeroizing;

use super::{Error, Identities, Recipient, armor, header};
use crate::Opened;

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const NONCE: usize = 16;

/// Whether `bytes` begin as an age file does, bare or as text.
#[must_use]
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"age-encryption.org/v") || armor::is_armored(bytes)
}

/// Opens an age file; `file` names it in messages. Nothing is returned unless all of it verifies.
///
/// # Errors
/// [`Error::Plaintext`], [`Error::Header`], [`Error::Armor`], [`Error::NotForUs`], [`Error::Changed`],
/// and [`Error::Work`] where a passphrase would take minutes to try.
pub fn open(file: &Utf8Path, bytes: &[u8], identities: &Identities) -> Result<Opened, Error> {
    unsealed(file, bytes, identities).map(|bytes| Opened::new(file, bytes))
}

pub(super) fn unsealed(
    file: &Utf8Path,
    bytes: &[u8],
    identities: &Identities,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    if !bytes.starts_with(b"age-encryption.org/") && !armor::is_tried(bytes) {
        return Err(Error::Plaintext { file: file.to_owned() });
    }
    let bytes = armor::decoded(file, bytes)?;
    let header = header::parse(file, &bytes)?;
    let Some(sealed) = bytes.len().checked_sub(header.len + NONCE) else {
        let reason = "the file ends right behind it";
        return Err(Error::Header { file: file.to_owned(), line: header.lines, reason });
    };
    let decryptor = Decryptor::new_buffered(&*bytes).map_err(|error| refused(file, error))?;
    let mut reader = decryptor.decrypt(identities.each()).map_err(|error| refused(file, error))?;
    // One allocation of the exact size, so that no copy stays behind.
    let size = sealed.saturating_sub(sealed.div_ceil(CHUNK + TAG) * TAG);
    let mut plain = Zeroizing::new(Vec::with_capacity(size));
    reader.read_to_end(&mut plain).map_err(|_| Error::Changed { file: file.to_owned() })?;
    Ok(plain)
}

fn refused(file: &Utf8Path, error: DecryptError) -> Error {
    let file = file.to_owned();
    match error {
        DecryptError::NoMatchingKeys => Error::NotForUs { file },
        DecryptError::ExcessiveWork { required, .. } => Error::Work { file, required },
        DecryptError::InvalidMac => Error::HeaderChanged { file },
        // A passphrase has no name in the header, so a wrong one is another one.
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => Error::NotForUs { file },
        _ => Error::Stanza { file },
    }
}

/// Seals a plaintext to all `recipients`: to other bytes each time, as age demands.
///
/// # Errors
/// [`Error::NoRecipients`], or [`Error::Mixed`] where only some of them are post-quantum.
pub fn seal<'r>(
    plaintext: &[u8],
    recipients: impl IntoIterator<Item = &'r Recipient>,
) -> Result<Vec<u8>, Error> {
    let encryptor = Encryptor::with_recipients(recipients.into_iter().map(Recipient::as_age));
    let encryptor = encryptor.map_err(|error| match error {
        EncryptError::MissingRecipients => Error::NoRecipients,
        _ => Error::Mixed,
    })?;
    let mut sealed = Vec::new();
    let written = encryptor.wrap_output(&mut sealed).and_then(|mut writer| {
        writer.write_all(plaintext)?;
        writer.finish()
    });
    // Memory takes every write.
    written.map_err(|_| Error::NoRecipients)?;
    Ok(sealed)
}
