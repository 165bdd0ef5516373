//! Someone who can open the files, and by which key.

use sha2::{Digest as _, Sha256};

use super::Recipient;

/// A person or a program with one of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub(super) name: String,
    pub(super) key: Recipient,
}

impl Reader {
    /// The name; several readers may share it, one for each key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &Recipient {
        &self.key
    }

    /// Sixteen hexadecimal digits that tell keys apart.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(Sha256::digest(self.key.as_str()).iter().take(8))
    }
}

pub(super) fn hex<'b>(bytes: impl IntoIterator<Item = &'b u8>) -> String {
    bytes.into_iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A name as it may stand in the file of the readers, and why not.
pub(super) fn checked(name: &str) -> Result<(), &'static str> {
    if name.starts_with("age1") || name.starts_with("ssh-") || name.starts_with("sk-") {
        return Err("a key without a name: write NAME, a space, and the key");
    }
    if name.len() > 64 {
        return Err("a name has at most 64 characters");
    }
    match name.chars().all(|c| c.is_ascii_alphanumeric() || "._@+-".contains(c)) {
        true => Ok(()),
        false => Err("a name has letters, digits and . _ @ + - only"),
    }
}
