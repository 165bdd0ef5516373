//! What is wrong with the encrypted files of a repository.

use super::work_tree::{self, Found};
use super::{Error, Keyring, Repository, Rules, Survey};
use crate::{Error as VaultError, is_sealed};

/// The state of a repository.
#[derive(Debug)]
pub struct Status {
    /// Counts.
    pub summary: Summary,
    /// What is wrong, in the order of the paths.
    pub problems: Vec<Error>,
}

/// How many files there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Under an encrypted path.
    pub encrypted: usize,
    /// Of these, open in the work tree.
    pub opened: usize,
    /// Of these, sealed in the work tree.
    pub sealed: usize,
    /// Of these, changed against what is staged, or not there.
    pub changed: usize,
    /// Of these, verified with a key.
    pub verified: usize,
}

impl Status {
    /// Judges every encrypted file: with the keys of the clone, and with others that were given.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn of(
        repository: &Repository,
        survey: &Survey,
        own: &Keyring,
        given: &Keyring,
    ) -> Result<Self, Error> {
        let (mut summary, mut problems) = (Summary::default(), Vec::new());
        for file in &survey.files {
            summary.encrypted += 1;
            let shown = file.path.shown();
            let blob = survey.blob(file);
            if let Some(attribute) = file.spoils {
                problems.push(Error::Spoils { file: shown.clone(), attribute });
            }
            if Rules::folder_of_rules(&file.path).is_some() {
                problems.push(Error::RulesSealed { file: shown.clone() });
            }
            let own_key = own.get(&file.key_name);
            let key = given.get(&file.key_name).or(own_key);
            let found = match repository.work_tree() {
                Some(top) if !file.is_sparse => work_tree::look(top, &file.path, blob, key)?,
                _ => Found::Missing,
            };
            match found {
                Found::Opened | Found::OpenedToSealed => summary.opened += 1,
                Found::Sealed => summary.sealed += 1,
                Found::Changed | Found::Missing => summary.changed += 1,
            }
            // An empty file holds no secret; git-crypt never sealed it where it was added locked.
            if blob.is_empty() {
                continue;
            }
            let opens = match (key, found) {
                // Its plaintext has the MAC that the blob carries: nothing more to prove.
                (Some(_), Found::Opened) if is_sealed(blob) => Ok(()),
                (_, Found::OpenedToSealed) => Err(VaultError::SealedTwice { file: shown.clone() }),
                (Some(key), _) => key.open(&shown, blob).map(drop),
                (None, _) if !is_sealed(blob) => Err(VaultError::Plaintext { file: shown.clone() }),
                (None, _) if blob.len() < git_crypt_format::OVERHEAD => {
                    Err(VaultError::Truncated { file: shown.clone(), size: blob.len() })
                }
                (None, _) => Ok(()),
            };
            summary.verified += usize::from(key.is_some() && opens.is_ok());
            match opens {
                Err(error) => problems.push(error.into()),
                Ok(()) if found == Found::Sealed && own_key.is_some() => {
                    problems.push(Error::StillSealed { file: shown });
                }
                Ok(()) => {}
            }
        }
        Ok(Self { summary, problems })
    }
}
