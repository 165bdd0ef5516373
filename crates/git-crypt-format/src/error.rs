//! Why bytes are no key, or do not open. Holds no secret, and names no file: the caller knows it.

use std::fmt;

/// Why bytes are not a key that may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Nothing is there.
    Empty,
    /// Something else is there.
    NotAKey {
        /// What it looks like.
        looks: Option<&'static str>,
    },
    /// Neither base64 nor a key file.
    NotBase64 {
        /// The first character that is no base64, from one.
        at: usize,
    },
    /// It ends too early.
    Truncated {
        /// How long it is.
        size: usize,
    },
    /// It breaks the format.
    Malformed {
        /// Where, in bytes from zero.
        at: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// It demands something newer.
    Incompatible {
        /// What is unknown: the format, or a field.
        what: &'static str,
        /// Its number.
        number: u32,
    },
    /// A key is zeros, or was left out, which git-crypt takes for zeros.
    Zero,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no key"),
            Self::NotAKey { looks: None } => f.write_str("this is no git-crypt key"),
            Self::NotAKey { looks: Some(looks) } => write!(f, "this is no git-crypt key, but {looks}"),
            Self::NotBase64 { at } => write!(f, "this is no base64 from its character {at} on"),
            Self::Truncated { size } => write!(f, "the key is cut off after {size} bytes"),
            Self::Malformed { at, reason } => write!(f, "the key is broken at byte {at}: {reason}"),
            Self::Incompatible { what, number } => {
                write!(f, "the key needs a newer reader: it has {what} {number}")
            }
            Self::Zero => f.write_str("the key lacks its key material"),
        }
    }
}

impl std::error::Error for KeyError {}

/// Why sealed bytes did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// They are not sealed.
    Plaintext,
    /// They end within the header.
    Truncated {
        /// How long they are.
        size: usize,
    },
    /// The key is another one; or too little is left to tell that the content was changed.
    WrongKey,
    /// The key fits, and the content is not what was sealed.
    Tampered,
    /// What comes out is sealed itself.
    SealedTwice,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plaintext => f.write_str("this is not sealed"),
            Self::Truncated { size } => write!(f, "this is cut off after {size} bytes"),
            Self::WrongKey => f.write_str("another key sealed this"),
            Self::Tampered => f.write_str("this was changed after it was sealed"),
            Self::SealedTwice => f.write_str("this was sealed twice"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Why a file that `openssl enc` wrote does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpensslError {
    /// The key or the initialisation vector is no hexadecimal number.
    NotHex {
        /// Which of them.
        what: &'static str,
    },
    /// The file is not whole blocks of 16 bytes.
    Size {
        /// How long it is.
        size: usize,
    },
    /// The padding is wrong: another key, another vector, or a changed file.
    Padding,
}

impl fmt::Display for OpensslError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHex { what } => write!(f, "the {what} is no hexadecimal number"),
            Self::Size { size } => write!(f, "{size} bytes are not whole blocks of 16"),
            Self::Padding => f.write_str("the key, the vector or the file is another one"),
        }
    }
}

impl std::error::Error for OpensslError {}
