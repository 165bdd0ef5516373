//! One file of the index, or of a commit.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};

/// The path of a file from the top of its repository: any bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(Vec<u8>);

impl TreePath {
    /// The path with these bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As an argument.
    #[must_use]
    pub fn as_os_str(&self) -> &OsStr {
        OsStr::from_bytes(&self.0)
    }

    /// Where it is below `top`.
    #[must_use]
    pub fn below(&self, top: &Utf8Path) -> PathBuf {
        top.as_std_path().join(self.as_os_str())
    }

    /// For messages: what is no text in it is replaced.
    #[must_use]
    pub fn shown(&self) -> Utf8PathBuf {
        String::from_utf8_lossy(&self.0).into_owned().into()
    }
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub path: TreePath,
    /// The name of its content.
    pub object: String,
    /// Whether it is a file, and not a link or a submodule.
    pub is_file: bool,
    /// Whether it is left out of the work tree on purpose.
    pub is_sparse: bool,
}

impl Entry {
    /// Reads what `git ls-files -z -s -t` prints; of a conflict only our side.
    #[must_use]
    pub fn parse_index(listing: &[u8]) -> Option<Vec<Self>> {
        let mut entries = Vec::new();
        for line in lines(listing) {
            let (head, path) = split_at_tab(line)?;
            let mut words = head.split(' ');
            let (tag, mode, object, stage) = (words.next()?, words.next()?, words.next()?, words.next()?);
            if stage == "0" || stage == "2" {
                entries.push(Self::new(path, mode, object, tag == "S"));
            }
        }
        Some(entries)
    }

    /// Reads what `git ls-tree -r -z` prints.
    #[must_use]
    pub fn parse_tree(listing: &[u8]) -> Option<Vec<Self>> {
        let mut entries = Vec::new();
        for line in lines(listing) {
            let (head, path) = split_at_tab(line)?;
            let mut words = head.split(' ');
            let (mode, _kind, object) = (words.next()?, words.next()?, words.next()?);
            entries.push(Self::new(path, mode, object, false));
        }
        Some(entries)
    }

    fn new(path: &[u8], mode: &str, object: &str, is_sparse: bool) -> Self {
        let is_file = mode.starts_with("100");
        Self { path: TreePath::new(path), object: object.to_owned(), is_file, is_sparse }
    }
}

fn lines(listing: &[u8]) -> impl Iterator<Item = &[u8]> {
    listing.split(|byte| *byte == 0).filter(|line| !line.is_empty())
}

fn split_at_tab(line: &[u8]) -> Option<(&str, &[u8])> {
    let at = line.iter().position(|byte| *byte == b'\t')?;
    Some((std::str::from_utf8(line.get(..at)?).ok()?, line.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_lists_is_read() {
        let listing = b"H 100644 aa 0\ts/a b\0S 100755 bb 0\ts/\xff\0M 100644 cc 1\tx\0M 100644 dd 2\tx\0H 120000 ee 0\tlink\0";
        let entries = Entry::parse_index(listing).unwrap();
        let shown: Vec<_> =
            entries.iter().map(|e| (e.path.shown().into_string(), e.object.as_str())).collect();
        assert_eq!(
            shown,
            [("s/a b".into(), "aa"), ("s/\u{fffd}".into(), "bb"), ("x".into(), "dd"), ("link".into(), "ee")]
        );
        assert!(entries[1].is_sparse && entries[1].is_file && !entries[3].is_file);
        assert_eq!(Entry::parse_index(b"nonsense\0"), None);
    }
}
