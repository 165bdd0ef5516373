//! The list of all sealed files, signed under the key that only readers have.
//!
//! age says who can open a file and not who sealed it. The list closes that: a file that was swapped with
//! another, put back to an older state, or sealed by a stranger is not the one that is listed; and whoever is
//! not a reader cannot sign another list.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use subtle::ConstantTimeEq as _;

use super::listed::number;
use super::reader::hex;
use super::{Error, Keyring, Listed, Readers};

const HEAD: &str =
    "# what the readers sealed; written by `deploy secrets`, signed under their key\nversion 1\n";
const SIGNATURE: &str = "signature ";

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    epoch: u64,
    key: String,
    /// Name and fingerprint of every key that the files are sealed to.
    readers: BTreeSet<(String, String)>,
    files: BTreeMap<Utf8PathBuf, Listed>,
}

/// How a file differs from what is listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Difference {
    /// Other bytes than were sealed: an older state, or a stranger's.
    Changed(Utf8PathBuf),
    /// The bytes of another listed file.
    Swapped {
        /// The file.
        file: Utf8PathBuf,
        /// Whose bytes it has.
        with: Utf8PathBuf,
    },
    /// Listed, and not there.
    Missing(Utf8PathBuf),
    /// There, and not listed.
    Unlisted(Utf8PathBuf),
}

impl Manifest {
    /// A list without files, in its first epoch.
    #[must_use]
    pub fn new(keyring: &Keyring, readers: &Readers) -> Self {
        Self { epoch: 1, key: keyring.id(), readers: fingerprints(readers), files: BTreeMap::new() }
    }

    /// The list in its file, if one of the keys has signed it; `path` names it in messages.
    ///
    /// # Errors
    /// [`Error::ManifestMalformed`] with its line, [`Error::ManifestForged`].
    pub fn open(path: &Utf8Path, text: &str, keyring: &Keyring) -> Result<Self, Error> {
        let manifest = Self::unverified(path, text)?;
        let forged = || Error::ManifestForged { file: path.to_owned() };
        let (body, signature) = text.rsplit_once(SIGNATURE).ok_or_else(forged)?;
        let signed = keyring.signature(&manifest.key, body.as_bytes()).ok_or_else(forged)?;
        match bool::from(hex(&signed).as_bytes().ct_eq(signature.trim_end().as_bytes())) {
            true => Ok(manifest),
            false => Err(forged()),
        }
    }

    /// The list in its file, whoever signed it: enough to see what is amiss, and no reason to trust anything.
    ///
    /// # Errors
    /// [`Error::ManifestMalformed`] with its line.
    pub fn unverified(path: &Utf8Path, text: &str) -> Result<Self, Error> {
        let mut manifest =
            Self { epoch: 0, key: String::new(), readers: BTreeSet::new(), files: BTreeMap::new() };
        let mut signed = false;
        for (at, line) in text.split_inclusive('\n').enumerate() {
            let refused = |reason| Error::ManifestMalformed { file: path.to_owned(), line: at + 1, reason };
            let line = line.strip_suffix('\n').ok_or_else(|| refused("the last line breaks off"))?;
            if signed {
                return Err(refused("something follows the signature"));
            }
            let (word, rest) = line.split_once(' ').ok_or_else(|| refused("a word stands alone"))?;
            match word {
                "#" if at == 0 => {}
                "version" if rest == "1" => {}
                "version" => return Err(refused("it is of a newer version than is known here")),
                "epoch" => manifest.epoch = number(rest).ok_or_else(|| refused("the epoch is no number"))?,
                "key" => rest.clone_into(&mut manifest.key),
                "reader" => {
                    let (key, name) = rest.split_once(' ').ok_or_else(|| refused("a reader without name"))?;
                    manifest.readers.insert((name.to_owned(), key.to_owned()));
                }
                "file" => {
                    let (file, listed) = Listed::parse(rest).ok_or_else(|| refused("a file is garbled"))?;
                    if manifest.files.insert(file.to_owned(), listed).is_some() {
                        return Err(refused("a file is listed twice"));
                    }
                }
                "signature" => signed = true,
                _ => return Err(refused("a line begins with an unknown word")),
            }
        }
        let lines = text.lines().count();
        match signed && manifest.epoch > 0 && !manifest.key.is_empty() {
            true => Ok(manifest),
            false => Err(Error::ManifestMalformed {
                file: path.to_owned(),
                line: lines,
                reason: "it ends without epoch, key or signature",
            }),
        }
    }

    /// The text of its file, signed under the newest key.
    ///
    /// # Errors
    /// [`Error::Path`] where a path has a control character.
    pub fn to_text(&self, keyring: &Keyring) -> Result<String, Error> {
        let key = keyring.id();
        let mut text = format!("{HEAD}epoch {}\nkey {key}\n", self.epoch);
        for (name, fingerprint) in &self.readers {
            text.push_str(&format!("reader {fingerprint} {name}\n"));
        }
        for (path, listed) in &self.files {
            if path.as_str().chars().any(char::is_control) {
                return Err(Error::Path { file: path.clone() });
            }
            text.push_str(&listed.line(path));
        }
        let signature = keyring.signature(&key, text.as_bytes()).unwrap_or_default();
        text.push_str(&format!("{SIGNATURE}{}\n", hex(&signature)));
        Ok(text)
    }

    /// How often something was sealed since the vault began.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The name of the key that signed it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Every file with what is said of it.
    pub fn files(&self) -> impl Iterator<Item = (&Utf8Path, &Listed)> {
        self.files.iter().map(|(path, listed)| (path.as_path(), listed))
    }

    /// What is said of one file.
    #[must_use]
    pub fn file(&self, path: &Utf8Path) -> Option<&Listed> {
        self.files.get(path)
    }

    /// The next epoch begins: one more writing of the list.
    pub fn advance(&mut self) -> u64 {
        self.epoch += 1;
        self.epoch
    }

    /// Lists a file, or lists it anew.
    pub fn list(&mut self, path: &Utf8Path, listed: Listed) {
        self.files.insert(path.to_owned(), listed);
    }

    /// Takes a file from the list.
    pub fn forget(&mut self, path: &Utf8Path) -> Option<Listed> {
        self.files.remove(path)
    }

    /// The names that can open the files.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        self.readers.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The keys that the file of the readers has beyond the list, and those that it lacks, by name.
    #[must_use]
    pub fn compare_readers(&self, readers: &Readers) -> (Vec<String>, Vec<String>) {
        let there = fingerprints(readers);
        let told = |set: &BTreeSet<(String, String)>, other: &BTreeSet<(String, String)>| {
            set.difference(other).map(|(name, key)| format!("{name} ({key})")).collect()
        };
        (told(&there, &self.readers), told(&self.readers, &there))
    }

    /// The files are sealed to these from now on.
    pub fn set_readers(&mut self, readers: &Readers) {
        self.readers = fingerprints(readers);
    }

    /// How the files that are there differ from the list: every path with its bytes.
    pub fn compare<'b>(
        &self,
        files: impl IntoIterator<Item = (&'b Utf8Path, &'b [u8])>,
    ) -> BTreeSet<Difference> {
        let mut missing: BTreeSet<&Utf8Path> = self.files.keys().map(Utf8PathBuf::as_path).collect();
        let mut differences = BTreeSet::new();
        for (path, bytes) in files {
            missing.remove(path);
            differences.extend(self.difference(path, bytes));
        }
        differences.extend(missing.into_iter().map(|path| Difference::Missing(path.to_owned())));
        differences
    }

    /// How one file differs from the list.
    #[must_use]
    pub fn difference(&self, path: &Utf8Path, bytes: &[u8]) -> Option<Difference> {
        let Some(listed) = self.files.get(path) else {
            return Some(Difference::Unlisted(path.to_owned()));
        };
        if listed.is(bytes) {
            return None;
        }
        let other = self.files.iter().find(|(_, listed)| listed.is(bytes));
        Some(match other {
            Some((with, _)) => Difference::Swapped { file: path.to_owned(), with: with.clone() },
            None => Difference::Changed(path.to_owned()),
        })
    }

    /// Whether this list can follow the ones before it, given as the texts of its file in the history,
    /// the oldest first: the keys must have signed the very first one, and none may be of a later epoch.
    /// `successor` finds the keyring that lay beside one of them, by its place: where that keyring has
    /// grown out of this one, its list is a later one.
    ///
    /// # Errors
    /// [`Error::Replaced`], [`Error::RolledBack`].
    pub fn follows(
        &self,
        path: &Utf8Path,
        before: &[&str],
        keyring: &Keyring,
        mut successor: impl FnMut(usize) -> Option<Keyring>,
    ) -> Result<(), Error> {
        let file = path.to_owned();
        if let Some(first) = before.first()
            && Self::open(path, first, keyring).is_err()
        {
            return Err(Error::Replaced { file });
        }
        let own = keyring.id();
        let latest = before.iter().enumerate().filter_map(|(at, text)| {
            Self::open(path, text, keyring).ok().or_else(|| {
                // Only who knew our key can have put it there; what nobody signed was a stranger's even then.
                let later = successor(at).filter(|later| later.ids().any(|id| id == own))?;
                Self::open(path, text, &later).ok()
            })
        });
        match latest.map(|manifest| manifest.epoch).max() {
            Some(latest) if latest > self.epoch => Err(Error::RolledBack { file, epoch: self.epoch, latest }),
            _ => Ok(()),
        }
    }
}

fn fingerprints(readers: &Readers) -> BTreeSet<(String, String)> {
    readers.iter().map(|reader| (reader.name().to_owned(), reader.fingerprint())).collect()
}
