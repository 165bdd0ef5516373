//! A key that knows where it came from, so that every refusal can say it.

use camino::Utf8Path;
use git_crypt_format::{KeyError, OpenError};
use zeroize::Zeroizing;

use crate::{Error, Notice, Opened};

/// A git-crypt key. Erases itself; shows no more than a fingerprint.
pub struct Key {
    origin: String,
    inner: git_crypt_format::Key,
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
        Self::named(origin, git_crypt_format::Key::from_bytes(bytes))
    }

    /// The key in a variable: base64 with any line breaks, or, with a notice, the bytes themselves.
    ///
    /// # Errors
    /// [`Error::KeyNotBase64`], and as [`from_bytes`](Self::from_bytes).
    pub fn from_base64(origin: &str, text: &[u8]) -> Result<Self, Error> {
        Self::named(origin, git_crypt_format::Key::from_base64(text))
    }

    /// The key in a file that `openssl enc -aes-256-cbc -K key -iv iv` wrote, as Travis CI kept it.
    ///
    /// # Errors
    /// [`Error::Openssl`] where it does not decrypt, and as [`from_bytes`](Self::from_bytes).
    pub fn from_openssl(origin: &str, key: &[u8], iv: &[u8], sealed: &[u8]) -> Result<Self, Error> {
        let bytes = git_crypt_format::decrypt_aes_256_cbc(key, iv, sealed)
            .map_err(|reason| Error::Openssl { origin: origin.to_owned(), reason })?;
        Self::from_bytes(origin, &bytes)
    }

    fn named(origin: &str, parsed: Result<git_crypt_format::Key, KeyError>) -> Result<Self, Error> {
        let origin = origin.to_owned();
        match parsed {
            Ok(inner) => Ok(Self { origin, inner }),
            Err(error) => Err(refusal(origin, error)),
        }
    }

    /// The bytes of the key file, as git-crypt writes them.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.inner.to_bytes()
    }

    /// The name of the key, for `filter=git-crypt-NAME`; the default key has none.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.inner.name()
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Sixteen hexadecimal digits that tell keys apart, and nothing about them.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.inner.fingerprint()
    }

    /// What is odd about the key.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        self.inner.notices()
    }

    /// Opens a sealed file; `file` names it in messages. Nothing is returned unless it verifies.
    ///
    /// # Errors
    /// [`Error::Plaintext`], [`Error::Truncated`], [`Error::WrongKey`], [`Error::Tampered`], and
    /// [`Error::SealedTwice`] where ciphertext comes out.
    pub fn open(&self, file: &Utf8Path, ciphertext: &[u8]) -> Result<Opened, Error> {
        let bytes = self.inner.open(ciphertext).map_err(|error| {
            let (file, fingerprint) = (file.to_owned(), self.fingerprint());
            match error {
                OpenError::Plaintext => Error::Plaintext { file },
                OpenError::Truncated { size } => Error::Truncated { file, size },
                OpenError::SealedTwice => Error::SealedTwice { file },
                OpenError::Tampered => Error::Tampered { file, fingerprint },
                _ => Error::WrongKey { file, fingerprint, origin: self.origin.clone() },
            }
        })?;
        Ok(Opened::new(file, bytes))
    }

    /// Whether `sealed` is what sealing `plaintext` gives.
    #[must_use]
    pub fn seals_to(&self, plaintext: &[u8], sealed: &[u8]) -> bool {
        self.inner.seals_to(plaintext, sealed)
    }

    /// Seals a plaintext: the same one always to the same bytes, 22 more than it has.
    ///
    /// Seals with the oldest version, the one by which git-crypt opens.
    #[must_use]
    pub fn seal(&self, plaintext: &[u8]) -> Vec<u8> {
        self.inner.seal(plaintext)
    }
}

fn refusal(origin: String, error: KeyError) -> Error {
    match error {
        KeyError::Empty => Error::KeyEmpty { origin },
        KeyError::NotAKey { looks } => Error::NotAKey { origin, looks },
        KeyError::NotBase64 { at } => Error::KeyNotBase64 { origin, at },
        KeyError::Truncated { size } => Error::KeyTruncated { origin, size },
        KeyError::Malformed { at, reason } => Error::KeyMalformed { origin, at, reason },
        KeyError::Incompatible { what, number } => Error::KeyIncompatible { origin, what, number },
        KeyError::Zero => Error::KeyZero { origin },
        _ => Error::NotAKey { origin, looks: None },
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("origin", &self.origin).field("inner", &self.inner).finish()
    }
}
