//! A symmetric key: opens and seals.

use camino::Utf8Path;
use zeroize::Zeroizing;

use crate::cipher::Material;
use crate::key_file::{self, KeyFile};
use crate::sealed::{MAGIC, NONCE};
use crate::{Error, Notice, Opened, guess, is_sealed, key_text, sealed};

/// A git-crypt key. Erases itself; shows no more than a fingerprint.
pub struct Key {
    origin: String,
    file: KeyFile,
    notices: Vec<Notice>,
}

impl Key {
    /// The key in the bytes of a key file, as `git-crypt export-key` or `git-crypt init` write it.
    /// The `origin` names it in messages: a path, or a variable.
    ///
    /// Accepted with a [notice](Self::notices): a line ending at the end, and the 96 bytes of
    /// git-crypt before 0.4.
    ///
    /// # Errors
    /// One of the variants of [`Error`] whose name begins with `Key`, or [`Error::NotAKey`].
    pub fn from_bytes(origin: &str, bytes: &[u8]) -> Result<Self, Error> {
        let (file, notices) = key_file::parse(origin, bytes)?;
        Ok(Self { origin: origin.to_owned(), file, notices })
    }

    /// The key in a variable: base64 with any line breaks, or, with a notice, the bytes themselves.
    ///
    /// # Errors
    /// [`Error::KeyNotBase64`], and as [`from_bytes`](Self::from_bytes).
    pub fn from_base64(origin: &str, text: &[u8]) -> Result<Self, Error> {
        if key_file::has_magic(text) {
            let mut key = Self::from_bytes(origin, text)?;
            key.notices.push(Notice::NotEncoded);
            return Ok(key);
        }
        Self::from_bytes(origin, &key_text::decode(origin, text)?)
    }

    /// The bytes of the key file, as git-crypt writes them.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        key_file::write(&self.file)
    }

    /// The name of the key, for `filter=git-crypt-NAME`; the default key has none.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.file.name.as_deref()
    }

    /// Sixteen hexadecimal digits that tell keys apart, and nothing about them.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.file.oldest.fingerprint().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What is odd about the key.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Opens a sealed file; `file` names it in messages. Nothing is returned unless it verifies.
    ///
    /// # Errors
    /// [`Error::Plaintext`], [`Error::Truncated`], [`Error::WrongKey`], [`Error::Tampered`], and
    /// [`Error::SealedTwice`] where ciphertext comes out.
    pub fn open(&self, file: &Utf8Path, ciphertext: &[u8]) -> Result<Opened, Error> {
        let (nonce, body) = sealed::split(file, ciphertext)?;
        let mut legible = false;
        for material in self.file.versions() {
            let bytes = applied(material, nonce, body);
            if material.verifies(&bytes, nonce) {
                return match is_sealed(&bytes) {
                    true => Err(Error::SealedTwice { file: file.to_owned() }),
                    false => Ok(Opened::new(file, bytes)),
                };
            }
            legible |= guess::reads_as_text(&bytes);
        }
        let (file, fingerprint) = (file.to_owned(), self.fingerprint());
        Err(match legible {
            true => Error::Tampered { file, fingerprint },
            false => Error::WrongKey { file, fingerprint, origin: self.origin.clone() },
        })
    }

    /// Seals a plaintext: the same one always to the same bytes, 22 more than it has.
    ///
    /// Seals with the oldest version, the one by which git-crypt opens.
    #[must_use]
    pub fn seal(&self, plaintext: &[u8]) -> Vec<u8> {
        let material = &self.file.oldest;
        let nonce = material.nonce(plaintext);
        [MAGIC, &nonce, &applied(material, &nonce, plaintext)].concat()
    }
}

/// Encrypted or decrypted: counter mode is its own inverse. One allocation of the exact size, so that no copy stays behind.
fn applied(material: &Material, nonce: &[u8; NONCE], body: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(body.len()));
    bytes.extend_from_slice(body);
    material.apply(nonce, &mut bytes);
    bytes
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("origin", &self.origin)
            .field("name", &self.file.name)
            .field("fingerprint", &self.fingerprint())
            .field("notices", &self.notices)
            .finish_non_exhaustive()
    }
}
