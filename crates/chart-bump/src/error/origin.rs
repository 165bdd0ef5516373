//! Where an index came from, without any credentials of its address.

use std::fmt;

use camino::Utf8PathBuf;
use url::Url;

/// A file that the caller named, or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(Utf8PathBuf),
    /// An address; user and password are never shown.
    Url(Url),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(path.as_str()),
            Self::Url(url) => {
                let mut shown = url.clone();
                // Both fail only for addresses that cannot have credentials.
                let _ = shown.set_username("");
                let _ = shown.set_password(None);
                f.write_str(shown.as_str())
            }
        }
    }
}
