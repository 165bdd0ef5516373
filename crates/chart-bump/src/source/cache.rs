//! What was read of an index the last time, with the mark by which its server knows whether it changed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::index::IndexEntry;

/// A folder of indexes. Whatever goes wrong in it only costs a fresh answer.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: Utf8PathBuf,
}

/// One index, of which only the charts are kept that somebody asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The address; two of them never share a file, but a file may be a stranger's.
    pub(crate) url: String,
    pub(crate) etag: Option<String>,
    pub(crate) modified: Option<String>,
    pub(crate) charts: BTreeMap<String, Vec<IndexEntry>>,
}

impl Cache {
    /// A cache in `folder`, which is made when it is needed.
    #[must_use]
    pub fn new(folder: impl Into<Utf8PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    pub(crate) fn get(&self, url: &Url) -> Option<Kept> {
        let kept: Kept = serde_json::from_slice(&fs::read(self.file(url)).ok()?).ok()?;
        (kept.url == key(url)).then_some(kept)
    }

    /// Keeps `kept`, wholly or not at all; only for servers that can tell what changed.
    pub(crate) fn put(&self, url: &Url, kept: Kept) {
        if kept.etag.is_none() && kept.modified.is_none() {
            return;
        }
        let kept = Kept { url: key(url), ..kept };
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
