//! What is wrong with the files of a vault, in the work tree and in what is staged.

use std::collections::BTreeSet;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use problem::ProblemRecord;

use super::{Difference, Error, Manifest, Paths, Vault, file};
use crate::repository::{Error as RepositoryError, Repository, Survey};

/// The state of the age files of a repository.
#[derive(Debug, Default)]
pub struct Status {
    /// How many there are: by the rules, or by the list.
    pub files: usize,
    /// How many of them a reader's key opened.
    pub verified: usize,
    /// What is wrong, in the order of the paths.
    pub problems: Vec<ProblemRecord>,
}

impl Status {
    /// Judges every file that must be sealed with age, and every one that is listed. Without a list only what is
    /// not sealed is wrong; with the open vault each file is opened, too.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn of(
        repository: &Repository,
        survey: &Survey,
        own: Option<&Paths>,
        list: Option<&Manifest>,
        vault: Option<&Vault>,
    ) -> Result<Self, RepositoryError> {
        let mut status = Self::default();
        let list = vault.map(Vault::manifest).or(list);
        let top = repository.work_tree();
        let mut seen: BTreeSet<Utf8PathBuf> = BTreeSet::new();
        for (marked, staged) in survey.of_age() {
            let path = marked.path.shown();
            // A rule may take in the vault's own files, which are never sealed as the others are.
            if own.is_some_and(|own| own.all().contains(&path.as_path())) {
                continue;
            }
            if let Some(attribute) = marked.spoils {
                status.tell(&RepositoryError::Spoils { file: path.clone(), attribute });
            }
            let here = match top.filter(|_| !marked.is_sparse) {
                Some(top) => read(top, &path)?,
                None => Some(staged.to_vec()),
            };
            status.judge(&path, [here.as_deref(), Some(staged)], list, vault);
            seen.insert(path);
        }
        let listed = list.into_iter().flat_map(Manifest::files);
        for (path, _) in listed.filter(|(path, _)| !seen.contains(*path)) {
            let here = top.map(|top| read(top, path)).transpose()?.flatten();
            status.judge(path, [here.as_deref(), None], list, vault);
        }
        Ok(status)
    }

    fn judge(
        &mut self,
        path: &Utf8Path,
        [here, staged]: [Option<&[u8]>; 2],
        list: Option<&Manifest>,
        vault: Option<&Vault>,
    ) {
        // An empty file holds no secret.
        let stated = [here, staged].into_iter().flatten().filter(|bytes| !bytes.is_empty());
        if [here, staged].into_iter().flatten().all(<[u8]>::is_empty) && here.is_some() {
            return;
        }
        self.files += 1;
        let file = path.to_owned();
        if let Some(bytes) = stated.into_iter().find(|bytes| !file::is_sealed(bytes)) {
            return match crate::is_sealed(bytes) {
                true => self.tell(&Error::GitCrypt { file }),
                false => self.tell(&Error::Plaintext { file }),
            };
        }
        let Some(list) = list else { return };
        match here.map(|bytes| (bytes, list.difference(path, bytes))) {
            None if list.file(path).is_some() => self.tell(&Error::Missing { file }),
            None => {}
            Some((_, Some(Difference::Swapped { with, .. }))) => {
                self.tell(&Error::NotListed { file, of: Some(with) });
            }
            Some((_, Some(_))) => self.tell(&Error::NotListed { file, of: None }),
            Some((bytes, None)) => match vault.map(|vault| vault.open_file(path, bytes)) {
                Some(Err(error)) => self.tell(&error),
                Some(Ok(_)) => self.verified += 1,
                None => {}
            },
        }
    }

    fn tell(&mut self, problem: &dyn problem::Diagnose) {
        self.problems.push(ProblemRecord::from_diagnose(problem));
    }
}

/// The bytes of a file, which may be gone. A link is what git would take of it: no sealed file.
fn read(top: &Utf8Path, path: &Utf8Path) -> Result<Option<Vec<u8>>, RepositoryError> {
    let whole = top.join(path);
    let io = RepositoryError::io("read", path);
    match fs::symlink_metadata(&whole) {
        Err(_) => Ok(None),
        Ok(kind) if !kind.is_file() => Ok(None),
        Ok(_) => fs::read(&whole).map(Some).map_err(io),
    }
}
