//! A file that a program of ours reads, sealed or not.

use camino::Utf8PathBuf;
use problem::Place;

use crate::item::Item;
use crate::keys;

/// A file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// Relative to the folder of the federation file, which it does not leave.
    pub file: Utf8PathBuf,
    /// Encrypted: opened in memory, never on disk.
    pub sealed: bool,
    /// Where it is named.
    pub place: Place,
}

pub(crate) fn file(item: Item<'_>) -> Option<FileRef> {
    let reader = item.table(&keys::FILE)?;
    let sealed = reader.flag("sealed");
    let path = reader.get("file")?;
    if sealed {
        item.desk.sealed(path.span());
    }
    Some(FileRef { file: path.path()?, sealed, place: item.desk.place(path.span()) })
}
