//! From an entry of `values` to the files it names, given the names in a folder.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use problem::Place;

use crate::near::nearest;
use crate::{Error, Source, Values};

/// One values file, in the place it takes on helm's command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesFile {
    /// Relative to the folder of the federation file.
    pub path: Utf8PathBuf,
    /// Encrypted: opened in memory, never on disk.
    pub sealed: bool,
    /// Where it, or its glob, is named.
    pub place: Place,
}

impl Values {
    /// The files of this entry. `names_in` gives the names of the files (not of the folders) in a
    /// folder, which is relative to the folder of the federation file and empty for that itself.
    ///
    /// A glob gives its files in the order of their names' bytes; as in a shell, `*` at its
    /// beginning does not match a name that begins with a dot.
    ///
    /// # Errors
    /// [`Error::MissingFile`] and [`Error::EmptyGlob`] unless the entry is `optional`;
    /// [`Error::Unlistable`] where the folder is there and cannot be read.
    pub fn expand(
        &self,
        names_in: impl Fn(&Utf8Path) -> io::Result<Vec<String>>,
    ) -> Result<Vec<ValuesFile>, Error> {
        let folder = match &self.source {
            Source::File(path) => path.parent().unwrap_or_else(|| Utf8Path::new("")),
            Source::Glob { folder, .. } => folder,
        };
        let mut names = match names_in(folder) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(source) => {
                return Err(Error::Unlistable {
                    place: Box::new(self.place.clone()),
                    folder: folder.to_owned(),
                    source,
                });
            }
        };
        names.sort();
        let found: Vec<&String> = names.iter().filter(|name| self.matches(name)).collect();
        if found.is_empty() && !self.optional {
            return Err(self.nothing(folder, &names));
        }
        let file = |name: &String| ValuesFile {
            path: folder.join(name),
            sealed: self.sealed,
            place: self.place.clone(),
        };
        Ok(found.into_iter().map(file).collect())
    }

    fn matches(&self, name: &str) -> bool {
        match &self.source {
            Source::File(path) => path.file_name() == Some(name),
            Source::Glob { pattern, .. } => {
                matches(pattern, name) && (!name.starts_with('.') || pattern.starts_with('.'))
            }
        }
    }

    fn nothing(&self, folder: &Utf8Path, names: &[String]) -> Error {
        let place = Box::new(self.place.clone());
        match &self.source {
            Source::File(path) => {
                let name = path.file_name().unwrap_or_default();
                let near = nearest(name, names.iter().map(String::as_str));
                let near = near.map(|near| folder.join(near).into_string());
                Error::MissingFile { place, path: path.clone(), near }
            }
            Source::Glob { pattern, .. } => Error::EmptyGlob { place, glob: folder.join(pattern) },
        }
    }
}

/// Whether `name` is `pattern` with any characters for each `*`.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(rest) = name.strip_prefix(head) else { return false };
    let Some((middle, last)) = tail.rsplit_once('*') else {
        return rest.ends_with(tail);
    };
    let Some(mut rest) = rest.strip_suffix(last) else { return false };
    for part in middle.split('*') {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, name, expected) in [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", ".yaml", true),
            ("*.yaml", "a.yml", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a*b*c", "axbxc", true),
            ("a*b*c", "axc", false),
            ("a*bc*c", "abc", false),
            ("**", "", true),
            ("*a*b*", "xxbxxa", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
