//! Packed charts on disk, found by where they come from and trusted by their digest.

use camino::{Utf8Path, Utf8PathBuf};

use crate::Error;
use crate::chart::ChartDigest;

/// A directory of packed charts. A version is published once: what is here is never asked for again.
#[derive(Debug, Clone)]
pub(crate) struct Cache(Utf8PathBuf);

impl Cache {
    pub(crate) fn new(directory: Utf8PathBuf) -> Self {
        Self(directory)
    }

    /// The chart that came from there, unless it is not here, or is not what it was.
    pub(crate) fn get(&self, repository: &str, name: &str, version: &str) -> Option<(Vec<u8>, ChartDigest)> {
        let digest =
            ChartDigest::parse(std::fs::read_to_string(self.note(repository, name, version)).ok()?.trim())?;
        let bytes = std::fs::read(self.blob(&digest)).ok()?;
        (ChartDigest::of(&bytes) == digest).then_some((bytes, digest))
    }

    /// Keeps a chart, and the note of where it came from.
    pub(crate) fn put(
        &self,
        repository: &str,
        name: &str,
        version: &str,
        bytes: &[u8],
    ) -> Result<ChartDigest, Error> {
        let digest = ChartDigest::of(bytes);
        write(&self.blob(&digest), bytes)?;
        write(&self.note(repository, name, version), digest.as_str().as_bytes())?;
        Ok(digest)
    }

    fn blob(&self, digest: &ChartDigest) -> Utf8PathBuf {
        self.0.join(digest.as_str().replace(':', "-")).with_extension("tgz")
    }

    fn note(&self, repository: &str, name: &str, version: &str) -> Utf8PathBuf {
        let source = [repository.trim_end_matches('/'), name, version].join("\n");
        self.0.join(ChartDigest::of(source.as_bytes()).as_str().replace("sha256:", "from-"))
    }
}

/// Whole or not at all: another process may be reading, or writing the same.
fn write(path: &Utf8Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::Homes { path: path.to_owned(), source };
    let directory = path.parent().unwrap_or(path);
    std::fs::create_dir_all(directory).map_err(failed)?;
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).map_err(Error::random)?;
    let part = directory.join(format!("part-{}", crate::relay::hex(&random)));
    std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path)).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_by_its_source_and_what_was_altered_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::new(Utf8Path::from_path(directory.path()).unwrap().join("charts"));
        assert_eq!(cache.get("https://x", "hub", "1.0.0"), None);
        let digest = cache.put("https://x/", "hub", "1.0.0", b"packed").unwrap();
        assert_eq!(cache.get("https://x", "hub", "1.0.0"), Some((b"packed".to_vec(), digest.clone())));
        assert_eq!(cache.get("https://y", "hub", "1.0.0"), None);
        assert_eq!(cache.get("https://x", "hub", "1.0.1"), None);
        std::fs::write(cache.blob(&digest), b"altered").unwrap();
        assert_eq!(cache.get("https://x", "hub", "1.0.0"), None);
        cache.put("https://x", "hub", "1.0.0", b"packed").unwrap();
        assert!(cache.get("https://x", "hub", "1.0.0").is_some());
    }
}
