//! A vault of age files: its readers, the list of its files, and the key that signs the list.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::{Difference, Error, Identities, Keyring, Listed, Manifest, Readers, file};
use crate::Opened;

/// Where a vault keeps what it needs, from the top of the repository; all of it lies beside the readers' file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Who can open the files, by name.
    pub readers: Utf8PathBuf,
    /// The signed list.
    pub manifest: Utf8PathBuf,
    /// The key that signs it, sealed to the readers.
    pub keyring: Utf8PathBuf,
}

impl Paths {
    /// The paths beside the readers' file.
    #[must_use]
    pub fn beside(readers: &Utf8Path) -> Self {
        let beside = |name: &str| readers.with_file_name(name);
        Self { readers: readers.to_owned(), manifest: beside("manifest.txt"), keyring: beside("vault.age") }
    }

    /// Each of them.
    #[must_use]
    pub fn all(&self) -> [&Utf8Path; 3] {
        [&self.readers, &self.manifest, &self.keyring]
    }
}

/// What lies at these paths.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// The text of the readers' file.
    pub readers: String,
    /// The text of the list.
    pub manifest: String,
    /// The bytes of the keyring.
    pub keyring: Vec<u8>,
    /// The list and the keyring in the commits before, the oldest first.
    pub before: Vec<(String, Vec<u8>)>,
}

/// A vault that is open to one of its readers.
#[derive(Debug)]
pub struct Vault {
    paths: Paths,
    identities: Identities,
    readers: Readers,
    keyring: Keyring,
    manifest: Manifest,
}

/// What a vault wants written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The list.
    pub manifest: String,
    /// The keyring, where it became another one.
    pub keyring: Option<Vec<u8>>,
}

impl Vault {
    /// A new vault, without files.
    ///
    /// # Errors
    /// As [`Readers::parse`], and [`Error::NotAReader`].
    pub fn begin(paths: Paths, readers: &str, identities: Identities) -> Result<Self, Error> {
        let readers = Readers::parse(&paths.readers, readers)?;
        let keyring = Keyring::fresh();
        let manifest = Manifest::new(&keyring, &readers);
        let vault = Self { paths, identities, readers, keyring, manifest };
        vault.check_reader().map(|()| vault)
    }

    /// An existing vault. Its list is only believed if a reader signed it, and if it can follow the
    /// ones before it.
    ///
    /// # Errors
    /// As [`Readers::parse`], [`Keyring::open`], [`Manifest::open`] and [`Manifest::follows`].
    pub fn open(paths: Paths, contents: &Contents, identities: Identities) -> Result<Self, Error> {
        let readers = Readers::parse(&paths.readers, &contents.readers)?;
        let keyring = Keyring::open(&paths.keyring, &contents.keyring, &identities)?;
        let manifest = Manifest::open(&paths.manifest, &contents.manifest, &keyring)?;
        let before: Vec<&str> = contents.before.iter().map(|(list, _)| list.as_str()).collect();
        manifest.follows(&paths.manifest, &before, &keyring, |at| {
            let (_, keyring) = contents.before.get(at)?;
            Keyring::open(&paths.keyring, keyring, &identities).ok()
        })?;
        Ok(Self { paths, identities, readers, keyring, manifest })
    }

    /// The list.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The readers, by their file.
    #[must_use]
    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    /// Where it lies.
    #[must_use]
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// A key for another purpose than to sign the list; another purpose has another one. Readers make the
    /// same one from the same vault, until its key is renewed.
    #[must_use]
    pub fn subkey(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        self.keyring.subkey(purpose)
    }

    /// Opens a file that is listed, if its bytes are the ones that a reader sealed.
    ///
    /// # Errors
    /// [`Error::NotListed`], and as [`open`](super::open).
    pub fn open_file(&self, path: &Utf8Path, sealed: &[u8]) -> Result<Opened, Error> {
        let file = || path.to_owned();
        match self.manifest.difference(path, sealed) {
            _ if !file::is_sealed(sealed) => Err(Error::Plaintext { file: file() }),
            None => file::open(path, sealed, &self.identities),
            Some(Difference::Swapped { with, .. }) => Err(Error::NotListed { file: file(), of: Some(with) }),
            Some(_) => Err(Error::NotListed { file: file(), of: None }),
        }
    }

    /// Opens a file that is not listed, or not as it is: what it holds is not known to be a reader's.
    ///
    /// # Errors
    /// As [`open`](super::open).
    pub fn open_unlisted(&self, path: &Utf8Path, sealed: &[u8]) -> Result<Opened, Error> {
        file::open(path, sealed, &self.identities)
    }

    /// Seals a content to every reader and lists it; `changed` is when the content last became another.
    ///
    /// # Errors
    /// [`Error::ReadersChanged`] where the readers' file has keys that were never confirmed, and
    /// [`Error::NotAReader`].
    pub fn seal_file(
        &mut self,
        path: &Utf8Path,
        plaintext: &[u8],
        changed: Timestamp,
    ) -> Result<Vec<u8>, Error> {
        let (added, _) = self.manifest.compare_readers(&self.readers);
        if !added.is_empty() {
            return Err(Error::ReadersChanged { file: self.paths.readers.clone(), added });
        }
        self.check_reader()?;
        let sealed = file::seal(plaintext, self.readers.keys())?;
        self.manifest.list(path, Listed::of(&sealed, self.manifest.epoch(), changed));
        Ok(sealed)
    }

    /// Lists bytes that are sealed already.
    pub fn accept_file(&mut self, path: &Utf8Path, sealed: &[u8], changed: Timestamp) {
        self.manifest.list(path, Listed::of(sealed, self.manifest.epoch(), changed));
    }

    /// Takes a file from the list.
    pub fn forget_file(&mut self, path: &Utf8Path) {
        self.manifest.forget(path);
    }

    /// Who is in the readers' file and was never confirmed, and who is confirmed and no longer there.
    #[must_use]
    pub fn compare_readers(&self) -> (Vec<String>, Vec<String>) {
        self.manifest.compare_readers(&self.readers)
    }

    /// A new epoch begins; every writing of the list is one.
    pub fn advance(&mut self) {
        self.manifest.advance();
    }

    /// The readers become those of this text of their file, and a new key signs from now on. What was
    /// sealed before is still open to the former ones until it is sealed again.
    ///
    /// # Errors
    /// As [`Readers::parse`], and [`Error::NotAReader`].
    pub fn renew(&mut self, readers: &str) -> Result<(), Error> {
        self.readers = Readers::parse(&self.paths.readers, readers)?;
        self.check_reader()?;
        self.keyring = self.keyring.renewed();
        self.manifest.set_readers(&self.readers);
        Ok(())
    }

    /// What to write beside the files; with `keyring` its file as well, as after [`begin`](Self::begin)
    /// and [`renew`](Self::renew).
    ///
    /// # Errors
    /// As [`Manifest::to_text`] and [`seal`](super::seal).
    pub fn written(&self, keyring: bool) -> Result<Written, Error> {
        let sealed = keyring.then(|| self.keyring.seal(self.readers.keys())).transpose()?;
        Ok(Written { manifest: self.manifest.to_text(&self.keyring)?, keyring: sealed })
    }

    /// Whoever seals must be able to open: else the vault would be lost to them.
    fn check_reader(&self) -> Result<(), Error> {
        let mine = self.identities.recipients();
        match self.readers.keys().any(|key| mine.contains(key)) {
            true => Ok(()),
            false => Err(Error::NotAReader { file: self.paths.readers.clone() }),
        }
    }
}
