//! The keys at hand, by their names.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};

use camino::Utf8PathBuf;

use super::{Error, Repository};
use crate::Key;

/// Keys by name; the default key has the empty one.
#[derive(Debug, Default)]
pub struct Keyring(BTreeMap<String, Key>);

impl Keyring {
    /// The keys that an unlocked clone keeps, as git-crypt and `unlock` leave them there.
    ///
    /// # Errors
    /// Where one is unreadable or broken.
    pub fn of_clone(repository: &Repository) -> Result<Self, Error> {
        let mut ring = Self::default();
        for folder in folders(repository) {
            let Ok(files) = folder.read_dir_utf8() else { continue };
            for file in files {
                let path = file.map_err(Error::io("list", folder.clone()))?.into_path();
                let bytes =
                    zeroize::Zeroizing::new(fs::read(&path).map_err(Error::io("read", path.clone()))?);
                let key = Key::from_bytes(path.as_str(), &bytes)?;
                // The name of the file counts, as for git-crypt.
                let name = path.file_name().filter(|name| *name != DEFAULT).unwrap_or_default();
                ring.0.entry(name.to_owned()).or_insert(key);
            }
        }
        Ok(ring)
    }

    /// Adds a key under its own name; one of the same name is replaced.
    pub fn add(&mut self, key: Key) {
        self.0.insert(key.name().unwrap_or_default().to_owned(), key);
    }

    /// The key of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Key> {
        self.0.get(name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Key)> {
        self.0.iter().map(|(name, key)| (name.as_str(), key))
    }

    /// The default key, or the one that is alone.
    #[must_use]
    pub fn into_usual(mut self) -> Option<Key> {
        let alone = self.0.len() == 1;
        self.0.remove("").or_else(|| self.0.pop_first().filter(|_| alone).map(|(_, key)| key))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

const DEFAULT: &str = "default";

/// Where a clone keeps its keys; a linked work tree finds those of its main one.
fn folders(repository: &Repository) -> Vec<Utf8PathBuf> {
    let mut folders = vec![repository.git_dir().join("git-crypt/keys")];
    if repository.common_dir() != repository.git_dir() {
        folders.push(repository.common_dir().join("git-crypt/keys"));
    }
    folders
}

fn file_name(name: &str) -> &str {
    if name.is_empty() { DEFAULT } else { name }
}

/// Leaves the key in the clone, for filters to find; nobody else may read it.
pub(super) fn install(repository: &Repository, key: &Key) -> Result<(), Error> {
    let folder = repository.common_dir().join("git-crypt/keys");
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(&folder)
        .map_err(Error::io("make", folder.clone()))?;
    let path = folder.join(file_name(key.name().unwrap_or_default()));
    // Whole or not at all: beside it first, then in its place.
    let beside = repository.common_dir().join("git-crypt/key.new");
    let _ = fs::remove_file(&beside);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .map_err(Error::io("write", beside.clone()))?;
    file.write_all(&key.to_bytes())
        .and_then(|()| file.sync_all())
        .map_err(Error::io("write", beside.clone()))?;
    fs::rename(&beside, &path).map_err(Error::io("write", path.clone()))
}

/// Takes the key out of the clone.
pub(super) fn remove(repository: &Repository, name: &str) -> Result<(), Error> {
    for folder in folders(repository) {
        let path = folder.join(file_name(name));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("remove", path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}
