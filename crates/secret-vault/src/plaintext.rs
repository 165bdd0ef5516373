//! The bytes of an opened file, wherever they are kept.

use zeroize::Zeroizing;

use crate::sys::Pages;

/// Plaintext in pages of its own; where the system has none left, in a buffer. Erases itself.
pub(crate) enum Plaintext {
    Pages(Pages),
    Buffer(Zeroizing<Vec<u8>>),
}

impl Plaintext {
    pub(crate) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Pages::new(bytes).map_or_else(Self::Buffer, Self::Pages)
    }

    /// The bytes in a buffer of their own.
    pub(crate) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Pages(pages) => {
                let mut buffer = Zeroizing::new(Vec::with_capacity(pages.bytes().len()));
                buffer.extend_from_slice(pages.bytes());
                buffer
            }
            Self::Buffer(buffer) => buffer,
        }
    }

    pub(crate) fn is_locked(&self) -> bool {
        match self {
            Self::Pages(pages) => pages.is_locked(),
            Self::Buffer(buffer) => buffer.is_empty(),
        }
    }
}

impl std::ops::Deref for Plaintext {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Pages(pages) => pages.bytes(),
            Self::Buffer(buffer) => buffer,
        }
    }
}
