//! Unlocks a clone: everything is checked first, then it is changed.

use super::work_tree::{self, Found};
use super::{Config, Error, Git, Keyring, Repository, Survey, TreePath, Wiring, keyring};
use crate::is_sealed;

/// What unlocking did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unlocked {
    /// Files that were opened.
    pub opened: usize,
    /// Files that were open already.
    pub already: usize,
    /// Whether nothing is encrypted yet, so that no key could be tried.
    pub unproven: bool,
}

impl Unlocked {
    /// Unlocks the files of these keys, and leaves the keys in the clone.
    ///
    /// Before anything is touched, every file is opened in memory, and its checked-out bytes are
    /// compared with what is staged. A file that was deleted stays deleted.
    ///
    /// # Errors
    /// [`Error::Vault`] where a key does not fit, or a file is plaintext, cut off or changed;
    /// [`Error::Changed`], [`Error::Spoils`], [`Error::NothingSealed`], [`Error::Bare`].
    pub async fn with(
        keys: &Keyring,
        repository: &Repository,
        (git, config): (&Git, &Config),
        survey: &Survey,
        wiring: &Wiring,
    ) -> Result<Self, Error> {
        let top = repository.files()?;
        let blobs = survey.blobs(git).await?;
        let mut done = Self { unproven: survey.files.is_empty(), ..Self::default() };
        let mut paths: Vec<&TreePath> = Vec::new();
        for (name, key) in keys.iter() {
            let mut files = survey.files.iter().filter(|file| file.key_name == name).peekable();
            if files.peek().is_none() && !done.unproven {
                return Err(Error::NothingSealed { name: name.to_owned() });
            }
            for file in files {
                let (shown, blob) = (file.path.shown(), blobs.get(&file.object));
                if let Some(attribute) = file.spoils {
                    return Err(Error::Spoils { file: shown, attribute });
                }
                if blob.is_empty() {
                    continue;
                }
                drop(key.open(&shown, blob)?);
                if file.is_sparse {
                    continue;
                }
                match work_tree::look(top, &file.path, blob, Some(key))? {
                    Found::Sealed => paths.push(&file.path),
                    Found::Opened => done.already += 1,
                    Found::Missing => {}
                    Found::OpenedToSealed | Found::Changed => return Err(Error::Changed { file: shown }),
                }
            }
        }
        for (name, key) in keys.iter() {
            keyring::install(repository, key)?;
            wiring.apply(git, config, name, false).await?;
        }
        work_tree::check_out(git, &[], top, &paths).await?;
        done.opened = paths.len();
        Ok(done)
    }
}

impl Survey {
    /// Paths whose staged content is plaintext, though it must be sealed.
    ///
    /// # Errors
    /// Where git does not tell the contents.
    pub async fn plaintext(&self, git: &Git) -> Result<Vec<&TreePath>, Error> {
        self.paths(git, |blob| !blob.is_empty() && !is_sealed(blob)).await
    }

    /// Paths whose staged content is sealed, as it must be.
    ///
    /// # Errors
    /// Where git does not tell the contents.
    pub async fn sealed(&self, git: &Git) -> Result<Vec<&TreePath>, Error> {
        self.paths(git, is_sealed).await
    }

    async fn paths(&self, git: &Git, wanted: impl Fn(&[u8]) -> bool) -> Result<Vec<&TreePath>, Error> {
        let blobs = self.blobs(git).await?;
        let found = self.files.iter().filter(|file| wanted(blobs.get(&file.object)));
        Ok(found.map(|file| &file.path).collect())
    }
}
