//! What was read of a list the last time, with the mark by which its server knows whether it changed.

use std::fs;
use std::io::Write as _;

use camino::Utf8PathBuf;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;

/// A folder of lists. Whatever goes wrong in it only costs a fresh answer.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: Utf8PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Entry<T> {
    /// The address; two of them never share a file, but a file may be a stranger's.
    url: String,
    kept: T,
}

impl Cache {
    /// A cache in `folder`, which is made when it is needed.
    #[must_use]
    pub fn new(folder: impl Into<Utf8PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, url: &Url) -> Option<T> {
        let entry: Entry<T> = serde_json::from_slice(&fs::read(self.file(url)).ok()?).ok()?;
        (entry.url == key(url)).then_some(entry.kept)
    }

    /// Keeps `kept`, wholly or not at all.
    pub(crate) fn put<T: Serialize>(&self, url: &Url, kept: &T) {
        let kept = Entry { url: key(url), kept };
        let write = || {
            fs::create_dir_all(&self.folder)?;
            let file = self.file(url);
            let draft = file.with_extension(format!("{}.new", std::process::id()));
            fs::File::create(&draft)?.write_all(&serde_json::to_vec(&kept)?)?;
            fs::rename(draft, file)
        };
        let _: std::io::Result<()> = write();
    }

    fn file(&self, url: &Url) -> Utf8PathBuf {
        let hash = Sha256::digest(key(url).as_bytes());
        let name: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{name}.json"))
    }
}

/// The address without its credentials, which have no place on a disk.
fn key(url: &Url) -> String {
    crate::error::Origin::Url(url.clone()).to_string()
}
