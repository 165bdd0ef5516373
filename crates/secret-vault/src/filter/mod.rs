//! What git's filters do to one file; git hands the bytes in and takes them back.

mod merge;
mod packet;
mod process;

pub use merge::{Merged, Sides, merge};
pub use process::serve;
use zeroize::Zeroizing;

use crate::repository::{Error, Git, Keyring, Rules, TreePath};
use crate::{Key, is_sealed};

/// The filters of one key, in one repository.
#[derive(Debug)]
pub struct Filter {
    name: String,
    keys: Keyring,
    rules: Rules,
    git: Git,
    given: Option<Key>,
}

impl Filter {
    /// The filters of the key `name`, which is empty for the default one. Where the key is missing the clone is locked.
    #[must_use]
    pub fn new(name: &str, keys: Keyring, rules: Rules, git: Git) -> Self {
        Self { name: name.to_owned(), keys, rules, git, given: None }
    }

    /// The same with a key that was given: it serves whatever its own name is.
    #[must_use]
    pub fn with_key(mut self, key: Key) -> Self {
        self.given = Some(key);
        self
    }

    /// The key, where the clone is unlocked.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        self.given.as_ref().or_else(|| self.keys.get(&self.name))
    }

    /// From the work tree into the repository. In a locked clone ciphertext passes as it is; in an unlocked
    /// one only the very ciphertext that is staged, which changes nothing.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::SealedAgain`], [`Error::Spoils`], [`Error::RulesSealed`].
    pub async fn clean(
        &mut self,
        path: &TreePath,
        bytes: Zeroizing<Vec<u8>>,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let file = path.shown();
        if Rules::folder_of_rules(path).is_some() {
            // Where it was committed so long ago, at least nothing new is refused.
            let sealed = self.key().map(|key| Zeroizing::new(key.seal(&bytes))).unwrap_or(bytes);
            let known = self.is_staged(path, &sealed).await;
            return if known { Ok(sealed) } else { Err(Error::RulesSealed { file }) };
        }
        if let Some(attribute) = self.rules.of(path).spoils() {
            return Err(Error::Spoils { file, attribute });
        }
        match (self.key(), is_sealed(&bytes)) {
            (Some(_), true) if self.is_staged(path, &bytes).await => Ok(bytes),
            (Some(_), true) => Err(Error::SealedAgain { file }),
            // As it was added while locked: to seal it now would be a change that nobody made.
            (Some(_), false) if bytes.is_empty() && self.is_staged(path, &bytes).await => Ok(bytes),
            (Some(key), false) => Ok(Zeroizing::new(key.seal(&bytes))),
            // An empty file holds no secret.
            (None, sealed) if sealed || bytes.is_empty() => Ok(bytes),
            (None, _) => Err(Error::Locked { file }),
        }
    }

    async fn is_staged(&self, path: &TreePath, bytes: &[u8]) -> bool {
        self.git.staged(path).await.is_some_and(|staged| staged == bytes)
    }

    /// From the repository into the work tree. In a locked clone everything passes as it is.
    ///
    /// # Errors
    /// [`Error::Vault`] where the content is not what this key sealed: plaintext, too.
    pub fn smudge(&self, path: &TreePath, bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Error> {
        match self.key() {
            Some(key) if !bytes.is_empty() => Ok(key.open(&path.shown(), &bytes)?.into_bytes()),
            _ => Ok(bytes),
        }
    }

    /// For people to read: what is sealed is opened, and everything else passes.
    ///
    /// # Errors
    /// [`Error::Vault`] where the content is sealed, and not as this key seals.
    pub fn show(&self, path: &TreePath, bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Error> {
        if is_sealed(&bytes) { self.smudge(path, bytes) } else { Ok(bytes) }
    }
}
