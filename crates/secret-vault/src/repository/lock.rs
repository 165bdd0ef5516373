//! Locks a clone: plaintext and key leave it.

use std::collections::BTreeSet;

use super::work_tree::{self, Found};
use super::{Config, Error, Git, Keyring, Repository, Survey, TreePath, Wiring, keyring};

/// What locking did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Locked {
    /// Files that were sealed.
    pub sealed: usize,
    /// Keys that were taken out of the clone.
    pub keys: usize,
}

impl Locked {
    /// Locks the files of the key `name`, or of all keys, and removes the keys from the clone. Filters stay, which
    /// refuse plaintext that is staged afterwards.
    ///
    /// # Errors
    /// [`Error::Changed`] for the first file with changes that are in no commit, unless `force`
    /// gives them up; [`Error::Bare`].
    pub async fn with(
        name: Option<&str>,
        force: bool,
        repository: &Repository,
        (git, config): (&Git, &Config),
        (survey, own): (&Survey, &Keyring),
        wiring: &Wiring,
    ) -> Result<Self, Error> {
        let top = repository.files()?;
        let blobs = survey.blobs(git).await?;
        let named = |other: &str| name.is_none_or(|name| name == other);
        let mut paths: Vec<&TreePath> = Vec::new();
        for file in survey.files.iter().filter(|file| named(&file.key_name) && !file.is_sparse) {
            match work_tree::look(top, &file.path, blobs.get(&file.object), own.get(&file.key_name))? {
                Found::Opened | Found::OpenedToSealed => paths.push(&file.path),
                Found::Changed if force => paths.push(&file.path),
                Found::Changed => return Err(Error::Changed { file: file.path.shown() }),
                Found::Sealed | Found::Missing => {}
            }
        }
        let names: BTreeSet<&str> =
            survey.key_names().into_iter().chain(own.iter().map(|(name, _)| name)).collect();
        let mut done = Self::default();
        let at_once: Vec<&str> = names.into_iter().filter(|name| named(name)).collect();
        for name in at_once.iter().copied() {
            wiring.apply(git, config, name, true).await?;
            keyring::remove(repository, name)?;
            done.keys += usize::from(own.get(name).is_some());
        }
        let options: Vec<String> = at_once.into_iter().flat_map(|name| wiring.at_once(name)).collect();
        work_tree::check_out(git, &options, top, &paths).await?;
        done.sealed = paths.len();
        Ok(done)
    }
}
