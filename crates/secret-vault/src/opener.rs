//! What opens the sealed files of a repository, each by what its bytes are.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use zeroize::Zeroizing;

use crate::age::{self, Vault};
use crate::repository::within;
use crate::{Error, Key, Opened};

/// Whether files of one kind can be opened.
#[derive(Debug, Default)]
pub enum Way<T> {
    /// The repository does not seal so.
    #[default]
    Unused,
    /// It does, and what opens its files is not at hand.
    Locked,
    /// It does, and this opens them.
    Open(T),
}

/// What opens the files of one repository: git-crypt's, those of a vault of age, or both on the way from the
/// one to the other.
#[derive(Debug, Default)]
pub struct Opener {
    /// Files of git-crypt.
    pub git_crypt: Way<Key>,
    /// Files of age.
    pub age: Way<Vault>,
    /// Files of git-crypt that lie open here since the clone is unlocked, from the top.
    pub unlocked: BTreeSet<Utf8PathBuf>,
    /// The top of the repository, from which a vault lists its files.
    pub top: Utf8PathBuf,
    /// The absolute folder where a relative path starts.
    pub here: Utf8PathBuf,
}

/// Why a file was not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOpened {
    /// It is git-crypt's, and there is no key.
    NoKey,
    /// It is age's, and there is no private key.
    NoIdentity,
    /// It is age's, and the repository names no vault that could vouch for it.
    NoVault,
    /// The key does not open it, or it is not sealed.
    GitCrypt(Error),
    /// The vault does not open it, or it is not sealed.
    Age(age::Error),
}

impl Opener {
    /// Opens a file. One that the vault lists is opened as it is listed or not at all, whatever other keys
    /// there are.
    ///
    /// # Errors
    /// What is missing, or what is wrong with the file.
    pub fn open(&self, file: &Utf8Path, bytes: &[u8]) -> Result<Opened, NotOpened> {
        let of_age = age::is_sealed(bytes);
        if !of_age && !crate::is_sealed(bytes) && self.lies_open(file) {
            return Ok(Opened::of_clone(file, Zeroizing::new(bytes.to_vec())));
        }
        if let Way::Open(vault) = &self.age {
            let path = within(&self.top, &self.here, file).unwrap_or_else(|| file.to_owned());
            if of_age || vault.manifest().file(&path).is_some() {
                return vault.open_file(&path, bytes).map_err(NotOpened::Age);
            }
        }
        match (of_age, crate::is_sealed(bytes)) {
            (true, _) if matches!(self.age, Way::Locked) => Err(NotOpened::NoIdentity),
            (true, _) => Err(NotOpened::NoVault),
            (false, true) => match &self.git_crypt {
                Way::Open(key) => key.open(file, bytes).map_err(NotOpened::GitCrypt),
                Way::Locked => Err(NotOpened::NoKey),
                Way::Unused => Err(NotOpened::Age(age::Error::GitCrypt { file: file.to_owned() })),
            },
            (false, false) if matches!(self.git_crypt, Way::Unused) => {
                Err(NotOpened::Age(age::Error::Plaintext { file: file.to_owned() }))
            }
            (false, false) => Err(NotOpened::GitCrypt(Error::Plaintext { file: file.to_owned() })),
        }
    }
    fn lies_open(&self, file: &Utf8Path) -> bool {
        let path = || within(&self.top, &self.here, file);
        !self.unlocked.is_empty() && path().is_some_and(|path| self.unlocked.contains(&path))
    }
}
