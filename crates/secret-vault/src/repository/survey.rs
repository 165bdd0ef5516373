//! All sealed files of a repository, with the names of the contents that are staged or committed.

use std::collections::BTreeSet;

use super::blobs::Blobs;
use super::{Entry, Error, Git, Repository, Rules, TreePath};

/// The encrypted files, in the order of their paths.
#[derive(Debug)]
pub struct Survey {
    pub(super) files: Vec<SealedFile>,
    of_age: Vec<AgeFile>,
    blobs_of_age: Blobs,
    tracked: usize,
}

/// A file under an encrypted path.
#[derive(Debug)]
pub(super) struct SealedFile {
    pub(super) path: TreePath,
    /// Empty for the default key.
    pub(super) key_name: String,
    pub(super) spoils: Option<&'static str>,
    pub(super) is_sparse: bool,
    /// The name of its content.
    pub(super) object: String,
}

/// A file under a path that must be sealed with age.
#[derive(Debug)]
pub struct AgeFile {
    /// The file.
    pub path: TreePath,
    /// The attribute by which git would change its bytes.
    pub spoils: Option<&'static str>,
    /// Whether it is left out of the work tree on purpose.
    pub is_sparse: bool,
    object: String,
}

impl Survey {
    /// Reads the index, or, in a bare repository, the newest commit.
    ///
    /// # Errors
    /// What git refuses.
    pub async fn of(repository: &Repository, git: &Git, rules: &mut Rules) -> Result<Self, Error> {
        let (listing, entries) = match repository.work_tree() {
            Some(_) => {
                let listing = git.ask(["ls-files", "-z", "-s", "-t"]).await?;
                ("ls-files", Entry::parse_index(&listing))
            }
            None => {
                let listing = git.ask(["ls-tree", "-r", "-z", "HEAD"]).await?;
                ("ls-tree", Entry::parse_tree(&listing))
            }
        };
        let entries = entries.ok_or_else(|| Error::GitStrange { command: listing.to_owned() })?;
        read_rules(git, rules, &entries).await?;
        let tracked = entries.len();
        let (mut files, mut of_age) = (Vec::new(), Vec::new());
        for entry in entries.into_iter().filter(|entry| entry.is_file) {
            let states = rules.of(&entry.path);
            if states.is_age() {
                let Entry { path, object, is_sparse, .. } = entry;
                of_age.push(AgeFile { path, spoils: states.spoils_age(), is_sparse, object });
                continue;
            }
            let Some(name) = states.key_name() else { continue };
            files.push(SealedFile {
                key_name: name.to_owned(),
                spoils: states.spoils(),
                path: entry.path,
                is_sparse: entry.is_sparse,
                object: entry.object,
            });
        }
        let blobs_of_age = Blobs::read(git, of_age.iter().map(|file: &AgeFile| file.object.as_str())).await?;
        Ok(Self { files, of_age, blobs_of_age, tracked })
    }

    /// How many files are tracked at all.
    #[must_use]
    pub fn tracked(&self) -> usize {
        self.tracked
    }

    /// The names of all keys that encrypt something; the default one has the empty name.
    #[must_use]
    pub fn key_names(&self) -> BTreeSet<&str> {
        self.files.iter().map(|file| file.key_name.as_str()).collect()
    }

    /// The files that must be sealed with age, each with what is staged or committed.
    pub fn of_age(&self) -> impl Iterator<Item = (&AgeFile, &[u8])> {
        self.of_age.iter().map(|file| (file, self.blobs_of_age.get(&file.object)))
    }

    /// The contents of all files of git-crypt.
    pub(super) async fn blobs(&self, git: &Git) -> Result<Blobs, Error> {
        Blobs::read(git, self.files.iter().map(|file| file.object.as_str())).await
    }
}

/// The rules of folders that the work tree has not checked out.
async fn read_rules(git: &Git, rules: &mut Rules, entries: &[Entry]) -> Result<(), Error> {
    let missed: Vec<(&[u8], &str)> = entries
        .iter()
        .filter(|entry| entry.is_file)
        .filter_map(|entry| Some((Rules::folder_of_rules(&entry.path)?, entry.object.as_str())))
        .filter(|(folder, _)| rules.misses(folder))
        .collect();
    let blobs = Blobs::read(git, missed.iter().map(|(_, object)| *object)).await?;
    for (folder, object) in missed {
        rules.set_tracked(folder, blobs.get(object).to_vec());
    }
    Ok(())
}
