//! The code and the next step of every problem.

use std::borrow::Cow;

use problem::{Code, Diagnose, Entry, Place};

use crate::Error;

const KEY_EMPTY: Entry = Entry::new(
    "vault.key_empty",
    "The place of the key is empty.",
    "Set the variable, or name the key file; `git-crypt export-key FILE` in an unlocked clone writes one.",
);
const NOT_A_KEY: Entry = Entry::new(
    "vault.not_a_key",
    "What was given as the key is something else.",
    "Give the file that `git-crypt export-key FILE` writes, or its base64 in the variable.",
);
const KEY_NOT_BASE64: Entry = Entry::new(
    "vault.key_not_base64",
    "The variable with the key is not base64.",
    "Set it to the output of `base64 FILE` for the key file; line breaks are fine, quotes are not.",
);
const KEY_TRUNCATED: Entry = Entry::new(
    "vault.key_truncated",
    "The key ends too early.",
    "Export and store it again; a key of one version and no name has 148 bytes.",
);
const KEY_MALFORMED: Entry = Entry::new(
    "vault.key_malformed",
    "The key breaks its format.",
    "Export and store it again, without a text editor or line-ending conversion between.",
);
const KEY_INCOMPATIBLE: Entry = Entry::new(
    "vault.key_incompatible",
    "The key demands a newer format than is known here.",
    "Use a newer release of this tool, or a key that git-crypt 0.8 and older can read.",
);
const KEY_ZERO: Entry = Entry::new(
    "vault.key_zero",
    "The key has no key material and would encrypt with zeros.",
    "Export the key again, and seal anew whatever was sealed with this one: it is readable by all.",
);
const OPENSSL: Entry = Entry::new(
    "vault.openssl",
    "The key file was encrypted with openssl, as for Travis CI, and does not decrypt.",
    "Check that both variables, `NAME_key` and `NAME_iv`, are those that were made together with the file.",
);
const PLAINTEXT: Entry = Entry::new(
    "vault.plaintext",
    "A file that must be encrypted is not.",
    "Encrypt it (`deploy secrets status --fix` in an unlocked clone) and replace every secret in it: the history shows them.",
);
const TRUNCATED: Entry = Entry::new(
    "vault.truncated",
    "An encrypted file ends within its header.",
    "Restore it from the history of the repository.",
);
const WRONG_KEY: Entry = Entry::new(
    "vault.wrong_key",
    "The key does not open the file.",
    "Give the key of this repository; if it opens other files, this one was changed: restore it from the history.",
);
const TAMPERED: Entry = Entry::new(
    "vault.tampered",
    "An encrypted file was changed after it was sealed.",
    "Restore it from the history, and look for a `text` or `eol` attribute on its path: it must be `-text`.",
);
const SEALED_TWICE: Entry = Entry::new(
    "vault.sealed_twice",
    "An encrypted file was encrypted again.",
    "In an unlocked clone, check the file out anew and add it once.",
);

/// Every code of this crate.
pub const PROBLEMS: &[Entry] = &[
    KEY_EMPTY,
    NOT_A_KEY,
    KEY_NOT_BASE64,
    KEY_TRUNCATED,
    KEY_MALFORMED,
    KEY_INCOMPATIBLE,
    KEY_ZERO,
    OPENSSL,
    PLAINTEXT,
    TRUNCATED,
    WRONG_KEY,
    TAMPERED,
    SEALED_TWICE,
];

impl Error {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::KeyEmpty { .. } => &KEY_EMPTY,
            Self::NotAKey { .. } => &NOT_A_KEY,
            Self::KeyNotBase64 { .. } => &KEY_NOT_BASE64,
            Self::KeyTruncated { .. } => &KEY_TRUNCATED,
            Self::KeyMalformed { .. } => &KEY_MALFORMED,
            Self::KeyIncompatible { .. } => &KEY_INCOMPATIBLE,
            Self::KeyZero { .. } => &KEY_ZERO,
            Self::Openssl { .. } => &OPENSSL,
            Self::Plaintext { .. } => &PLAINTEXT,
            Self::Truncated { .. } => &TRUNCATED,
            Self::WrongKey { .. } => &WRONG_KEY,
            Self::Tampered { .. } => &TAMPERED,
            Self::SealedTwice { .. } => &SEALED_TWICE,
        }
    }
}

impl Diagnose for Error {
    fn code(&self) -> Code {
        self.entry().code
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        Some(self.entry().next.into())
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Plaintext { file }
            | Self::Truncated { file, .. }
            | Self::WrongKey { file, .. }
            | Self::Tampered { file, .. }
            | Self::SealedTwice { file } => Some(Place::new(file.clone(), 0, 0)),
            _ => None,
        }
    }
}
