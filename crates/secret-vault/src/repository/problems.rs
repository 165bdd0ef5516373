//! The code and the next step of every problem of a repository.

use std::borrow::Cow;

use camino::Utf8PathBuf;
use problem::{Code, Diagnose, Entry, Place};

use super::Error;

const NO_REPOSITORY: Entry = Entry::new(
    "vault.no_repository",
    "The command needs a git repository and is in none.",
    "Change into a clone; to open a single file anywhere, give it with --key FILE.",
);
const BARE: Entry = Entry::new(
    "vault.bare",
    "A bare repository has no files to unlock or lock.",
    "Read one file with `deploy secrets cat REVISION:PATH`.",
);
const GIT: Entry = Entry::new("vault.git", "git refused what was asked of it.", "Its own words say why.");
const GIT_STRANGE: Entry = Entry::new(
    "vault.git_strange",
    "git answered in a form that is not known.",
    "Use git 2.25 or newer; if it is, this is a bug of ours: report the version of git.",
);
const GPG: Entry = Entry::new(
    "vault.gpg",
    "gpg refused what was asked of it.",
    "Try the same with gpg alone: an agent that does not run, or a terminal that it misses (GPG_TTY), is the usual cause.",
);
const GPG_NOT_SHARED: Entry = Entry::new(
    "vault.gpg_not_shared",
    "The key of the repository is encrypted to other people's GPG keys.",
    "Ask one of them to run `deploy secrets add-gpg-user YOUR-KEY`, or use the key file with --key FILE.",
);
const GPG_USER: Entry = Entry::new(
    "vault.gpg_user",
    "The name of a GPG user must fit exactly one public key.",
    "List them with `gpg --list-keys`, and give the fingerprint.",
);
const IO: Entry =
    Entry::new("vault.io", "A file cannot be read or written.", "Check the disk, the path and its rights.");
const NO_KEY: Entry = Entry::new(
    "vault.no_key",
    "An encrypted file needs a key, and none was found.",
    "Give it with --key FILE or GIT_CRYPT_KEY, or unlock the clone with `deploy secrets unlock`.",
);
const NOTHING_SEALED: Entry = Entry::new(
    "vault.nothing_sealed",
    "No file of the repository is encrypted with this key.",
    "Check with `git check-attr filter -- FILE` that .gitattributes gives filter=git-crypt, or filter=git-crypt-NAME for a key with a name.",
);
const LOCKED: Entry = Entry::new(
    "vault.locked",
    "A secret would be committed in plaintext, because the clone is locked.",
    "Unlock it with `deploy secrets unlock`, and add the file again.",
);
const SEALED_AGAIN: Entry = Entry::new(
    "vault.sealed_again",
    "Ciphertext stands where plaintext is expected, and would be encrypted again.",
    "Check the file out anew (`git checkout -- FILE`), or write its plaintext: `deploy secrets smudge -- FILE < FILE`.",
);
const SPOILS: Entry = Entry::new(
    "vault.text_attribute",
    "An attribute lets git change the bytes of an encrypted file, after which nobody can open it.",
    "Add `-text -ident -working-tree-encoding` to the rule in .gitattributes that encrypts the path.",
);
const RULES_SEALED: Entry = Entry::new(
    "vault.rules_sealed",
    "A .gitattributes file is itself encrypted.",
    "Add `.gitattributes !filter !diff` below the rule, and commit the file again.",
);
const CHANGED: Entry = Entry::new(
    "vault.changed",
    "A file has changes that would be lost.",
    "Commit them or put them aside with `git stash`; `lock --force` gives them up.",
);
const STILL_SEALED: Entry = Entry::new(
    "vault.still_sealed",
    "The clone is unlocked, and a file in it is still encrypted.",
    "Run `deploy secrets unlock` again; it opens what is left.",
);
const PROTOCOL: Entry = Entry::new(
    "vault.protocol",
    "The filter was not started by git, or by one that is not known.",
    "`deploy secrets process` is for git's configuration; use `clean`, `smudge` or `cat` by hand.",
);

/// Every code of this module.
pub const PROBLEMS: &[Entry] = &[
    NO_REPOSITORY,
    BARE,
    GIT,
    GIT_STRANGE,
    GPG,
    GPG_NOT_SHARED,
    GPG_USER,
    IO,
    NO_KEY,
    NOTHING_SEALED,
    LOCKED,
    SEALED_AGAIN,
    SPOILS,
    RULES_SEALED,
    CHANGED,
    STILL_SEALED,
    PROTOCOL,
];

impl Error {
    fn own(&self) -> Option<&'static Entry> {
        Some(match self {
            Self::Vault(_) | Self::Child(_) => return None,
            Self::NotARepository { .. } => &NO_REPOSITORY,
            Self::Bare { .. } => &BARE,
            Self::Git { .. } => &GIT,
            Self::GitStrange { .. } => &GIT_STRANGE,
            Self::Gpg { .. } => &GPG,
            Self::GpgNotShared { .. } => &GPG_NOT_SHARED,
            Self::GpgUser { .. } => &GPG_USER,
            Self::Io { .. } => &IO,
            Self::NoKey { .. } => &NO_KEY,
            Self::NothingSealed { .. } => &NOTHING_SEALED,
            Self::Locked { .. } => &LOCKED,
            Self::SealedAgain { .. } => &SEALED_AGAIN,
            Self::Spoils { .. } => &SPOILS,
            Self::RulesSealed { .. } => &RULES_SEALED,
            Self::Changed { .. } => &CHANGED,
            Self::StillSealed { .. } => &STILL_SEALED,
            Self::Protocol { .. } => &PROTOCOL,
        })
    }

    fn inner(&self) -> Option<&dyn Diagnose> {
        match self {
            Self::Vault(error) => Some(error),
            Self::Child(error) => Some(error),
            _ => None,
        }
    }

    fn file(&self) -> Option<&Utf8PathBuf> {
        match self {
            Self::NoKey { file, .. }
            | Self::Locked { file }
            | Self::SealedAgain { file }
            | Self::Spoils { file, .. }
            | Self::RulesSealed { file }
            | Self::Changed { file }
            | Self::StillSealed { file } => Some(file),
            Self::Io { path, .. } => Some(path),
            _ => None,
        }
    }
}

impl Diagnose for Error {
    fn code(&self) -> Code {
        let inner = self.inner().map(Diagnose::code);
        self.own().map(|entry| entry.code).or(inner).unwrap_or(GIT.code)
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        match self.own() {
            Some(entry) => Some(entry.next.into()),
            None => self.inner()?.help(),
        }
    }

    fn place(&self) -> Option<Place> {
        match self.file() {
            Some(file) => Some(Place::new(file.clone(), 0, 0)),
            None => self.inner()?.place(),
        }
    }
}
