//! What is wrong with the encrypted files of a repository.

use std::borrow::Cow;

use super::blobs::Blobs;
use super::survey::SealedFile;
use super::work_tree::{self, Found, Seen};
use super::{Error, Git, Keyring, Repository, Rules, Survey};
use crate::{Error as VaultError, Key, is_sealed};

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

/// What is known of one file.
struct Judged {
    found: Found,
    /// Whether its staged content is as it must be; none for an empty one.
    proper: Option<Result<(), VaultError>>,
}

impl Status {
    /// Judges every encrypted file: with the keys of the clone, and with others that were given.
    ///
    /// # Errors
    /// Where a file cannot be read, or git does not tell a content.
    pub async fn of(
        repository: &Repository,
        git: &Git,
        survey: &Survey,
        own: &Keyring,
        given: &Keyring,
    ) -> Result<Self, Error> {
        let key = |file: &SealedFile| given.get(&file.key_name).or(own.get(&file.key_name));
        let looks = survey.files.iter().map(|file| {
            let seen = match repository.work_tree() {
                Some(top) if !file.is_sparse => work_tree::see(top, &file.path)?,
                _ => Seen::Nothing,
            };
            let known = work_tree::recognise(&seen, &file.object, key(file));
            let known =
                known.map(|(found, blob): (Found, Cow<'_, [u8]>)| judge(file, &blob, found, key(file)));
            Ok(known.ok_or(seen))
        });
        let looks: Vec<Result<Judged, Seen>> = looks.collect::<Result<_, Error>>()?;
        let open = survey.files.iter().zip(&looks).filter(|(_, look)| look.is_err());
        let blobs = Blobs::read(git, open.map(|(file, _)| file.object.as_str())).await?;
        let mut status = Self { summary: Summary::default(), problems: Vec::new() };
        for (file, look) in survey.files.iter().zip(looks) {
            let judged = look.unwrap_or_else(|seen| {
                let (blob, key) = (blobs.get(&file.object), key(file));
                judge(file, blob, work_tree::compare(&seen, blob, key), key)
            });
            status.tell(file, judged, key(file).is_some(), own.get(&file.key_name).is_some());
        }
        Ok(status)
    }

    fn tell(&mut self, file: &SealedFile, judged: Judged, with_key: bool, unlocked: bool) {
        let (summary, problems, shown) = (&mut self.summary, &mut self.problems, file.path.shown());
        summary.encrypted += 1;
        if let Some(attribute) = file.spoils {
            problems.push(Error::Spoils { file: shown.clone(), attribute });
        }
        if Rules::folder_of_rules(&file.path).is_some() {
            problems.push(Error::RulesSealed { file: shown.clone() });
        }
        match judged.found {
            Found::Opened | Found::OpenedToSealed => summary.opened += 1,
            Found::Sealed => summary.sealed += 1,
            Found::Changed | Found::Missing => summary.changed += 1,
        }
        let Some(proper) = judged.proper else { return };
        summary.verified += usize::from(with_key && proper.is_ok());
        match proper {
            Err(error) => problems.push(error.into()),
            Ok(()) if judged.found == Found::Sealed && unlocked => {
                problems.push(Error::StillSealed { file: shown });
            }
            Ok(()) => {}
        }
    }
}

fn judge(file: &SealedFile, blob: &[u8], found: Found, key: Option<&Key>) -> Judged {
    // An empty file holds no secret; git-crypt never sealed it where it was added locked.
    if blob.is_empty() {
        return Judged { found, proper: None };
    }
    let shown = || file.path.shown();
    let proper = match (key, found) {
        // Its plaintext has the MAC that the blob carries: nothing more to prove.
        (Some(_), Found::Opened) if is_sealed(blob) => Ok(()),
        (_, Found::OpenedToSealed) => Err(VaultError::SealedTwice { file: shown() }),
        (Some(key), _) => key.open(&shown(), blob).map(drop),
        (None, _) if !is_sealed(blob) => Err(VaultError::Plaintext { file: shown() }),
        (None, _) if blob.len() < git_crypt_format::OVERHEAD => {
            Err(VaultError::Truncated { file: shown(), size: blob.len() })
        }
        (None, _) => Ok(()),
    };
    Judged { found, proper: Some(proper) }
}
