//! Packed charts, in memory and in a registry.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use child::Memfile;
use sha2::{Digest as _, Sha256};

use super::check;
use crate::Error;
use crate::relay::hex;

/// SHA-256 of a packed chart, as registries name it: `sha256:` and 64 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChartDigest(String);

impl ChartDigest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(format!("sha256:{}", hex(&Sha256::digest(bytes))))
    }

    /// Reads `sha256:` and 64 digits; none where it is something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("sha256:")?;
        let is_digest = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digest.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ChartDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// A packed chart in memory, checked: what was checked is what Helm reads.
#[derive(Debug, Clone)]
pub struct PackedChart {
    name: Utf8PathBuf,
    file: Arc<Memfile>,
    digest: ChartDigest,
}

impl PackedChart {
    pub(crate) fn new(name: Utf8PathBuf, bytes: &[u8]) -> Result<Self, Error> {
        check::archive(&name, bytes)?;
        let file = Memfile::new(name.as_str(), bytes).map_err(Error::Child)?;
        Ok(Self { name, file: Arc::new(file), digest: ChartDigest::of(bytes) })
    }

    /// Its name in messages.
    #[must_use]
    pub fn name(&self) -> &Utf8Path {
        &self.name
    }

    /// The digest of its bytes.
    #[must_use]
    pub fn digest(&self) -> &ChartDigest {
        &self.digest
    }

    pub(crate) fn file(&self) -> &Arc<Memfile> {
        &self.file
    }
}

/// A chart in a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OciChart {
    /// `oci://host/path/chart`. A registry on this machine is spoken to without TLS.
    pub url: String,
    /// The exact version. What was once loaded under it is kept and not asked for again.
    pub version: String,
    /// What the packed chart must be.
    pub digest: Option<ChartDigest>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        let digest = ChartDigest::of(b"");
        assert_eq!(
            digest.as_str(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(ChartDigest::parse(&digest.as_str().to_uppercase().replace("SHA", "sha")), Some(digest));
        for wrong in [
            "",
            "sha256:",
            "sha256:12",
            "md5:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ] {
            assert_eq!(ChartDigest::parse(wrong), None, "{wrong}");
        }
    }
}
