//! What can be wrong with a repository, or stop a change of it.

use camino::Utf8PathBuf;

/// Why a repository was not read or changed. Holds no secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A key or a sealed file is wrong.
    #[error(transparent)]
    Vault(#[from] crate::Error),
    /// A program could not be run.
    #[error(transparent)]
    Child(#[from] child::Error),
    /// No repository here or above.
    #[error("{folder} lies in no git repository")]
    NotARepository {
        /// Where it was looked for.
        folder: Utf8PathBuf,
    },
    /// The repository has no files checked out.
    #[error("{git_dir} is a bare repository, without files to unlock or lock")]
    Bare {
        /// The repository.
        git_dir: Utf8PathBuf,
    },
    /// git refused.
    #[error("`git {command}` failed: {said}")]
    Git {
        /// What was asked.
        command: String,
        /// What it said.
        said: String,
    },
    /// git said something unexpected.
    #[error("`git {command}` said something that is not understood")]
    GitStrange {
        /// What was asked.
        command: String,
    },
    /// gpg refused.
    #[error("gpg failed to {task}: {said}")]
    Gpg {
        /// What it was to do.
        task: &'static str,
        /// What it said.
        said: String,
    },
    /// None of the user's secret keys is among those that the repository is shared with.
    #[error("none of your {count} secret GPG keys opens the key of this repository")]
    GpgNotShared {
        /// How many were tried.
        count: usize,
    },
    /// A name of a user that fits no key of gpg, or several.
    #[error("`{user}` names {count} GPG keys, and must name one")]
    GpgUser {
        /// What was given.
        user: String,
        /// How many there are.
        count: usize,
    },
    /// A file could not be read or written.
    #[error("cannot {doing} {path}")]
    Io {
        /// The file.
        path: Utf8PathBuf,
        /// What was tried.
        doing: &'static str,
        /// The reason.
        #[source]
        source: std::io::Error,
    },
    /// No key where one is needed.
    #[error("there is no key for {file}, which needs {}", key(name))]
    NoKey {
        /// The file.
        file: Utf8PathBuf,
        /// The name of the key; empty for the default one.
        name: String,
    },
    /// No encrypted path, so nothing tells which key is meant, or whether one fits.
    #[error("no file of this repository is encrypted with {}", key(name))]
    NothingSealed {
        /// The name of the key; empty for the default one.
        name: String,
    },
    /// Plaintext is about to be committed where the clone is locked.
    #[error("{file} would be committed in plaintext: the clone is locked")]
    Locked {
        /// The file.
        file: Utf8PathBuf,
    },
    /// Ciphertext is about to be encrypted.
    #[error("{file} is sealed already, and would be sealed twice")]
    SealedAgain {
        /// The file.
        file: Utf8PathBuf,
    },
    /// An attribute by which git spoils sealed files.
    #[error("the attribute `{attribute}` on {file} lets git change its encrypted bytes")]
    Spoils {
        /// The file.
        file: Utf8PathBuf,
        /// The attribute.
        attribute: &'static str,
    },
    /// The rules that say what is encrypted are themselves encrypted.
    #[error("{file} is encrypted by its own rule, so git cannot read it")]
    RulesSealed {
        /// The file of attributes.
        file: Utf8PathBuf,
    },
    /// A change that is in no commit would be lost.
    #[error("{file} has changes that are in no commit")]
    Changed {
        /// The file.
        file: Utf8PathBuf,
    },
    /// Ciphertext in an unlocked clone.
    #[error("{file} is still sealed in this unlocked clone")]
    StillSealed {
        /// The file.
        file: Utf8PathBuf,
    },
    /// git spoke another protocol to a filter.
    #[error("git speaks to its filter in an unknown way: {reason}")]
    Protocol {
        /// What was wrong.
        reason: &'static str,
    },
}

fn key(name: &str) -> String {
    if name.is_empty() { "the default key".to_owned() } else { format!("the key `{name}`") }
}

impl Error {
    /// Turns the failure of a file operation into an error that names it.
    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<Utf8PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, doing, source }
    }
}
