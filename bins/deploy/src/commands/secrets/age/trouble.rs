//! What only the commands on age files can find wrong.

use std::borrow::Cow;

use camino::Utf8PathBuf;
use problem::{Code, Diagnose, Entry, Place, ProblemRecord};

use crate::exit;
use crate::trouble::Refusal;

#[derive(Debug, thiserror::Error)]
pub(crate) enum VaultTrouble {
    #[error("`{path}` lies outside of the repository {top}")]
    Outside { path: Utf8PathBuf, top: Utf8PathBuf },
    #[error("the file `{path}` cannot be written")]
    Unwritable {
        path: Utf8PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("standard input holds one file, and another number of them was named")]
    OneFile,
    #[error("`{path}` belongs to the vault itself and is never sealed")]
    OwnFile { path: Utf8PathBuf },
    #[error("there is no `{path}` that says who can open the files")]
    NoReaders { path: Utf8PathBuf },
    #[error("there is no vault: `{path}` is missing")]
    NoVault { path: Utf8PathBuf },
    #[error("there is no reader `{name}`")]
    NoSuchReader { name: String, known: Vec<String> },
    #[error("new readers were not confirmed: {}", added.join(", "))]
    Unconfirmed { added: Vec<String> },
    #[error("there is a vault already, with its list in `{path}`")]
    VaultThere { path: Utf8PathBuf },
    #[error("no file of this repository is sealed with {with}")]
    NothingSealed { with: &'static str },
}

macro_rules! problems {
    ($($pattern:pat => $code:literal, $exit:expr, $means:literal, $next:literal;)*) => {
        /// All of them.
        pub(crate) const PROBLEMS: &[Entry] =
            &[$(Entry { code: Code::new($code), means: $means, next: $next }),*];

        fn entry(trouble: &VaultTrouble) -> (Entry, u8) {
            match trouble {
                $($pattern => (Entry { code: Code::new($code), means: $means, next: $next }, $exit),)*
            }
        }
    };
}

use VaultTrouble as T;
problems! {
    T::Outside { .. } => "secrets.outside", exit::USAGE,
        "A file that was named lies outside of the repository.",
        "Name a file of this repository.";
    T::Unwritable { .. } => "secrets.unwritable", exit::FAILED_BEFORE,
        "A file cannot be written.",
        "Check its rights and the disk; `git status` shows what was written before.";
    T::OneFile => "secrets.one_file", exit::USAGE,
        "With --stdin, one file must be named.",
        "Name the file that the content is for.";
    T::OwnFile { .. } => "secrets.own_file", exit::USAGE,
        "The list, the key and the readers of a vault are never sealed as its files are.",
        "Name the files that hold secrets.";
    T::NoReaders { .. } => "secrets.no_readers", exit::USAGE,
        "Nothing says who can open the files.",
        "Write it, one line for each reader: NAME, a space and an age1... or ssh-ed25519 key; or name another with --recipients.";
    T::NoVault { .. } => "secrets.no_vault", exit::USAGE,
        "federation.yaml names the readers of a vault, and nothing was ever sealed to them.",
        "Seal the first file with `deploy secrets seal FILE`, or move from git-crypt with `deploy secrets migrate --to age`; if it was there before, restore it from the history.";
    T::NoSuchReader { .. } => "secrets.no_such_reader", exit::USAGE,
        "The name stands in no line of the readers' file.",
        "Look into the readers' file for the right name.";
    T::Unconfirmed { .. } => "secrets.unconfirmed", exit::REFUSED,
        "The readers' file has new keys, and whoever runs the command did not confirm them.",
        "If they belong there, run `deploy secrets rotate --yes`; else take them out.";
    T::VaultThere { .. } => "secrets.vault_there", exit::REFUSED,
        "The repository has moved to age already.",
        "Use `deploy secrets seal` and `rotate`; `migrate --to git-crypt` goes back.";
    T::NothingSealed { .. } => "secrets.nothing_sealed", exit::REFUSED,
        "There is nothing to move.",
        "Look at the rules in .gitattributes, and at the way to move: --to age or --to git-crypt.";
}

impl Diagnose for VaultTrouble {
    fn code(&self) -> Code {
        entry(self).0.code
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::NoSuchReader { known, .. } => Some(format!("the readers are {}", known.join(", ")).into()),
            _ => Some(entry(self).0.next.into()),
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Unwritable { path, .. } => Some(Place::new(path.clone(), 0, 0)),
            _ => None,
        }
    }
}

impl From<VaultTrouble> for Refusal {
    fn from(trouble: VaultTrouble) -> Self {
        Self { exit: entry(&trouble).1, problems: vec![ProblemRecord::from_diagnose(&trouble)] }
    }
}
