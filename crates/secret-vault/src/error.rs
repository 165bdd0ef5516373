//! What can be wrong with a key or a sealed file.

use camino::Utf8PathBuf;

/// Why a key was refused, or a file not opened. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing where a key should be.
    #[error("{origin} holds no key")]
    KeyEmpty {
        /// Where the key came from.
        origin: String,
    },
    /// Something else where a key should be.
    #[error("{origin} holds no git-crypt key{}", looks.map(|looks| format!(", but {looks}")).unwrap_or_default())]
    NotAKey {
        /// Where the key came from.
        origin: String,
        /// What it looks like instead.
        looks: Option<&'static str>,
    },
    /// A variable that holds neither base64 nor a key file.
    #[error("{origin} is no base64 from its character {at} on")]
    KeyNotBase64 {
        /// Where the key came from.
        origin: String,
        /// The first character that is no base64, from one.
        at: usize,
    },
    /// A key that ends too early.
    #[error("the key in {origin} is cut off after {size} bytes")]
    KeyTruncated {
        /// Where the key came from.
        origin: String,
        /// How long it is.
        size: usize,
    },
    /// A key that breaks its format.
    #[error("the key in {origin} is broken at byte {at}: {reason}")]
    KeyMalformed {
        /// Where the key came from.
        origin: String,
        /// Where, in bytes from zero.
        at: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// A key that demands something newer.
    #[error("the key in {origin} needs a newer reader: it has {what} {number}")]
    KeyIncompatible {
        /// Where the key came from.
        origin: String,
        /// What is unknown: the format, or a field.
        what: &'static str,
        /// Its number.
        number: u32,
    },
    /// A key without key material: it would encrypt with zeros.
    #[error("the key in {origin} lacks its key material")]
    KeyZero {
        /// Where the key came from.
        origin: String,
    },
    /// A key file that `openssl enc` encrypted and these variables do not decrypt.
    #[error("the key in {origin} is not decrypted: {reason}")]
    Openssl {
        /// Where the key came from.
        origin: String,
        /// Why.
        reason: git_crypt_format::OpensslError,
    },
    /// Plaintext where ciphertext must be.
    #[error("{file} is not encrypted")]
    Plaintext {
        /// The file.
        file: Utf8PathBuf,
    },
    /// A sealed file that ends within its header.
    #[error("{file} is cut off after {size} bytes")]
    Truncated {
        /// The file.
        file: Utf8PathBuf,
        /// How long it is.
        size: usize,
    },
    /// The key does not fit the file.
    #[error("the key {fingerprint} from {origin} does not open {file}")]
    WrongKey {
        /// The file.
        file: Utf8PathBuf,
        /// The key's fingerprint.
        fingerprint: String,
        /// Where the key came from.
        origin: String,
    },
    /// The key fits, and the content is not what was sealed.
    #[error("{file} was changed after it was sealed with the key {fingerprint}")]
    Tampered {
        /// The file.
        file: Utf8PathBuf,
        /// The key's fingerprint.
        fingerprint: String,
    },
    /// Ciphertext within ciphertext.
    #[error("{file} was sealed twice")]
    SealedTwice {
        /// The file.
        file: Utf8PathBuf,
    },
}
