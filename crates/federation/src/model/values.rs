//! The values files of a release, as they are named.

use camino::Utf8PathBuf;
use problem::Place;

use crate::item::Item;
use crate::tree::{Span, Value};
use crate::{Error, keys, scalar};

/// One entry of `values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// A file, or all files that match.
    pub source: Source,
    /// Encrypted: opened in memory, never on disk.
    pub sealed: bool,
    /// May be missing, or match nothing.
    pub optional: bool,
    /// Where it is named.
    pub place: Place,
}

/// What an entry of `values` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// One file, relative to the folder of the federation file.
    File(Utf8PathBuf),
    /// All files of a folder that match.
    Glob {
        /// Relative to the folder of the federation file; empty for that folder itself.
        folder: Utf8PathBuf,
        /// A file name in which `*` stands for any characters.
        pattern: String,
    },
}

pub(crate) fn values(item: Item<'_>) -> Option<Values> {
    let plain =
        |span: Span, source| Values { source, sealed: false, optional: false, place: item.desk.place(span) };
    match &item.node.value {
        Value::Text(_) | Value::Number(_) => item.path().map(|path| plain(item.span(), Source::File(path))),
        Value::Map(_) => entry(item),
        _ => item.wrong("a path, `{file: ...}` or `{glob: ...}`"),
    }
}

fn entry(item: Item<'_>) -> Option<Values> {
    let reader = item.table(&keys::VALUES)?;
    let (sealed, optional) = (reader.flag("sealed"), reader.flag("optional"));
    let (named, source) = match (reader.get("file"), reader.get("glob")) {
        (Some(file), None) => (file, Source::File(file.path()?)),
        (None, Some(glob)) => (glob, pattern(glob)?),
        (file, _) => {
            let found = if file.is_some() { "both" } else { "neither" };
            item.desk.refuse(item.span(), |place| Error::ValuesKind { place, found });
            return None;
        }
    };
    if sealed {
        item.desk.sealed(named.span());
    }
    Some(Values { source, sealed, optional, place: item.desk.place(named.span()) })
}

fn pattern(item: Item<'_>) -> Option<Source> {
    let text = item.text()?;
    match scalar::glob(&text) {
        Ok((folder, pattern)) => Some(Source::Glob { folder, pattern }),
        Err(why) => item.bad_path(text, why),
    }
}
