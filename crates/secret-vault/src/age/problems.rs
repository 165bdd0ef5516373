//! The code and the next step of every problem with age files.

use std::borrow::Cow;

use problem::{Code, Diagnose, Entry, Place};

use super::Error;

macro_rules! problems {
    ($($pattern:pat => $code:literal, $means:literal, $next:literal;)*) => {
        /// Every code of this module.
        pub const PROBLEMS: &[Entry] =
            &[$(Entry { code: Code::new($code), means: $means, next: $next }),*];

        fn entry(error: &Error) -> Entry {
            match error {
                $($pattern => Entry { code: Code::new($code), means: $means, next: $next },)*
            }
        }
    };
}

problems! {
    Error::Plaintext { .. } => "vault.age_plaintext",
        "A file that must be sealed with age is not.",
        "Seal it with `deploy secrets seal FILE`, and replace every secret in it if it was ever pushed.";
    Error::Header { .. } => "vault.age_header",
        "The header of an age file breaks the format.",
        "Restore the file from the history; if it came from another program, seal it again with `age` or `deploy secrets seal`.";
    Error::Stanza { .. } => "vault.age_stanza",
        "A stanza in the header of an age file breaks the rules of its type.",
        "Restore the file from the history, or seal it again.";
    Error::Armor { .. } => "vault.age_armor",
        "The text form of an age file is broken.",
        "Restore the file from the history, and look for an editor or a `text` attribute that touches it.";
    Error::NotForUs { .. } => "vault.age_not_for_us",
        "None of the private keys at hand opens the file.",
        "Give the right key with --identity FILE; if you are not among the readers, one of them adds you and runs `deploy secrets rotate`.";
    Error::HeaderChanged { .. } => "vault.age_header_changed",
        "The header of an age file was changed by someone who cannot open it.",
        "Restore the file from the history, and find out who changed it.";
    Error::Changed { .. } => "vault.age_changed",
        "The content of an age file was changed or cut off.",
        "Restore the file from the history, and look for a `text` or `eol` attribute on its path: it must be `-text`.";
    Error::Work { .. } => "vault.age_work",
        "A file sealed with a passphrase asks for minutes of work before it tells whether the passphrase is right.",
        "If you trust it, open it with `age -d` and seal it to keys.";
    Error::NoIdentity => "vault.no_identity",
        "There is no private key to open age files with.",
        "Name a file with --identity, set AGE_IDENTITY to the key itself, or make a key: `age-keygen`, or `ssh-keygen -t ed25519`.";
    Error::IdentityMalformed { .. } => "vault.identity_malformed",
        "What was given as a private key is none.",
        "Give a file of AGE-SECRET-KEY-... lines, or a private key of OpenSSH such as ~/.ssh/id_ed25519.";
    Error::IdentityUnusable { .. } => "vault.identity_unusable",
        "A private key is of a kind that opens no files here.",
        "Use an ssh-ed25519 or AGE-SECRET-KEY-... key, and have a reader add its public half.";
    Error::IdentityLocked { .. } => "vault.identity_locked",
        "A private key is locked by a passphrase, and there is no terminal to ask at.",
        "Run it in a terminal, or give a key without passphrase through AGE_IDENTITY.";
    Error::Passphrase { .. } => "vault.wrong_passphrase",
        "The passphrase is not that of the private key.",
        "Try again.";
    Error::ReaderMalformed { .. } => "vault.reader_malformed",
        "A line of the readers' file names nobody that files can be sealed to.",
        "Write NAME, a space and an age1... or ssh-ed25519 key; https://github.com/USER.keys shows the SSH keys of a GitHub account.";
    Error::ReaderTwice { .. } => "vault.reader_twice",
        "One key stands under two names, so taking one name out would change nothing.",
        "Keep one of the two lines.";
    Error::NoRecipients => "vault.no_readers",
        "There is nobody to seal to.",
        "Write one line for each reader: NAME, a space and an age1... or ssh-ed25519 key.";
    Error::Mixed => "vault.mixed_readers",
        "Some readers have post-quantum keys and others have not; a file sealed to both would be no safer than the weakest.",
        "Use post-quantum keys (age1pq1...) for all readers, or for none.";
    Error::Path { .. } => "vault.path",
        "A path has a control character and cannot be listed.",
        "Rename the file.";
    Error::KeyringMalformed { .. } => "vault.keyring",
        "The file that should hold the readers' signing key holds something else.",
        "Restore it from the history.";
    Error::ManifestMalformed { .. } => "vault.manifest_malformed",
        "The list of sealed files is broken; a merge may have left its marks in it.",
        "Take either side of it, then run `deploy secrets seal` with the files that differ.";
    Error::ManifestForged { .. } => "vault.manifest_forged",
        "The list of sealed files was changed by someone who is not a reader.",
        "Restore it from the history, and find out who changed it; nothing that it lists can be trusted.";
    Error::Replaced { .. } => "vault.replaced",
        "The vault was replaced by another one, which the readers of the old one did not make.",
        "Restore the recipients, the manifest and the vault's key from before the change, and find out who made it.";
    Error::RolledBack { .. } => "vault.rolled_back",
        "The list of sealed files was put back to an older state.",
        "Bring back the newest commit of it; to go back on purpose, seal the older content again.";
    Error::NotListed { .. } => "vault.not_listed",
        "A sealed file has other bytes than a reader sealed: it is older, swapped, or a stranger's.",
        "Restore it from the history; if you changed it yourself, run `deploy secrets seal` on it.";
    Error::Missing { .. } => "vault.missing",
        "A file that a reader sealed is gone.",
        "Restore it from the history; if you removed it yourself, run `deploy secrets seal`, which forgets it.";
    Error::GitCrypt { .. } => "vault.age_git_crypt",
        "A file is sealed with git-crypt, where age files are expected.",
        "Move the whole repository: `deploy secrets migrate --to age`; to deploy it on its way, write `git-crypt: true` beside `age` in federation.yaml.";
    Error::NotAReader { .. } => "vault.not_a_reader",
        "Whoever seals must be among the readers.",
        "Name the private key of a reader with --identity; if you are new, a reader adds you and runs `deploy secrets rotate`.";
    Error::ReadersChanged { .. } => "vault.readers_changed",
        "The readers' file has keys that were added without a reader's signature, so nothing is sealed to them.",
        "If they belong there, run `deploy secrets rotate`, which shows and confirms them; else restore the file.";
}

impl Diagnose for Error {
    fn code(&self) -> Code {
        entry(self).code
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        Some(entry(self).next.into())
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::ReaderMalformed { file, line, .. }
            | Self::ReaderTwice { file, line, .. }
            | Self::ManifestMalformed { file, line, .. } => Some(Place::new(file.clone(), *line, 0)),
            Self::Plaintext { file }
            | Self::Header { file, .. }
            | Self::Stanza { file }
            | Self::Armor { file }
            | Self::NotForUs { file }
            | Self::HeaderChanged { file }
            | Self::Changed { file }
            | Self::Work { file, .. }
            | Self::KeyringMalformed { file }
            | Self::ManifestForged { file }
            | Self::Replaced { file }
            | Self::RolledBack { file, .. }
            | Self::NotListed { file, .. }
            | Self::Missing { file }
            | Self::GitCrypt { file }
            | Self::NotAReader { file }
            | Self::ReadersChanged { file, .. } => Some(Place::new(file.clone(), 0, 0)),
            _ => None,
        }
    }
}
