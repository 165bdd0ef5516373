//! A symmetric key: opens and seals.

use zeroize::Zeroizing;

use crate::key_file::{self, KeyFile};
use crate::sealed::{MAGIC, NONCE, OVERHEAD};
use crate::{KeyError, Notice, OpenError, guess, is_sealed, key_text, sealed};

/// How many random bytes make a key: 32 for AES, 64 for HMAC.
pub const MATERIAL: usize = key_file::LEGACY;

/// A git-crypt key. Erases itself; shows no more than a fingerprint.
pub struct Key {
    file: KeyFile,
    notices: Vec<Notice>,
}

impl Key {
    /// The key in the bytes of a key file, as `git-crypt export-key` or `git-crypt init` write it.
    ///
    /// Accepted with a [notice](Self::notices): a line ending at the end, and the 96 bytes of
    /// git-crypt before 0.4.
    ///
    /// # Errors
    /// Every variant of [`KeyError`] but the one about base64.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let (file, notices) = key_file::parse(bytes)?;
        Ok(Self { file, notices })
    }

    /// The key in a variable: base64 with any line breaks, or, with a notice, the bytes themselves.
    ///
    /// # Errors
    /// Every variant of [`KeyError`].
    pub fn from_base64(text: &[u8]) -> Result<Self, KeyError> {
        if key_file::has_magic(text) {
            let mut key = Self::from_bytes(text)?;
            key.notices.push(Notice::NotEncoded);
            return Ok(key);
        }
        Self::from_bytes(&key_text::decode(text)?)
    }

    /// A new key of 96 random bytes; with a name it serves `filter=git-crypt-NAME`.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for a name that git-crypt refuses, [`KeyError::Zero`] for zeros.
    pub fn from_material(material: &[u8; MATERIAL], name: Option<&str>) -> Result<Self, KeyError> {
        let file = key_file::from_material(material, name)?;
        Ok(Self { file, notices: Vec::new() })
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

    /// Opens sealed bytes. Nothing is returned unless it verifies.
    ///
    /// # Errors
    /// Every variant of [`OpenError`].
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (nonce, body) = sealed::split(sealed)?;
        let mut legible = false;
        for material in self.file.versions() {
            let mut bytes = Zeroizing::new(Vec::with_capacity(body.len()));
            bytes.extend_from_slice(body);
            material.apply(nonce, &mut bytes);
            if material.verifies(&bytes, nonce) {
                return if is_sealed(&bytes) { Err(OpenError::SealedTwice) } else { Ok(bytes) };
            }
            legible |= guess::reads_as_text(&bytes);
        }
        Err(if legible { OpenError::Tampered } else { OpenError::WrongKey })
    }

    /// Whether sealing `plaintext` gives `sealed`.
    #[must_use]
    pub fn seals_to(&self, plaintext: &[u8], sealed: &[u8]) -> bool {
        let material = &self.file.oldest;
        sealed::split(sealed).is_ok_and(|(nonce, body)| {
            if body.len() != plaintext.len() || !material.verifies(plaintext, nonce) {
                return false;
            }
            let mut opened = Zeroizing::new(body.to_vec());
            material.apply(nonce, &mut opened);
            *opened == plaintext
        })
    }

    /// Seals a plaintext: the same one always to the same bytes, [`OVERHEAD`] more than it has.
    ///
    /// Seals with the oldest version, the one by which git-crypt opens.
    #[must_use]
    pub fn seal(&self, plaintext: &[u8]) -> Vec<u8> {
        let material = &self.file.oldest;
        let nonce = material.nonce(plaintext);
        // One allocation of the exact size: no copy of the plaintext stays behind.
        let mut sealed = Vec::with_capacity(OVERHEAD + plaintext.len());
        sealed.extend_from_slice(MAGIC);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        if let Some(body) = sealed.get_mut(MAGIC.len() + NONCE..) {
            material.apply(&nonce, body);
        }
        sealed
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("name", &self.file.name)
            .field("fingerprint", &self.fingerprint())
            .field("notices", &self.notices)
            .finish_non_exhaustive()
    }
}
