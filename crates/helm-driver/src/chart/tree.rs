//! The files of a chart's directory, as Helm loads them.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use super::ignore::Ignore;
use crate::Error;

/// Every file below `chart` that Helm loads, relative to it, sorted: links are followed, and what
/// `.helmignore` names is left out.
pub(super) fn files(chart: &Utf8Path) -> Result<Vec<Utf8PathBuf>, Error> {
    let rules = chart.join(".helmignore");
    let text = match std::fs::read_to_string(&rules) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|source| unreadable(&rules, source))?,
    };
    let ignore = Ignore::parse(&text)
        .map_err(|why| unreadable(&rules, io::Error::new(io::ErrorKind::InvalidData, why)))?;
    let mut walk = Walk { chart, ignore, above: Vec::new(), found: Vec::new() };
    walk.enter(Utf8Path::new(""))?;
    walk.found.sort();
    Ok(walk.found)
}

struct Walk<'c> {
    chart: &'c Utf8Path,
    ignore: Ignore,
    /// The directories that are open, by their real paths: a link to one of them would have no end.
    above: Vec<Utf8PathBuf>,
    found: Vec<Utf8PathBuf>,
}

impl Walk<'_> {
    fn enter(&mut self, below: &Utf8Path) -> Result<(), Error> {
        let directory = self.chart.join(below);
        let failed = |source| unreadable(&directory, source);
        let real = directory.canonicalize_utf8().map_err(failed)?;
        if self.above.contains(&real) {
            return Err(failed(io::Error::other("the link leads back to a directory above it")));
        }
        self.above.push(real);
        for entry in directory.read_dir_utf8().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = below.join(entry.file_name());
            let kind = entry.path().metadata().map_err(|source| unreadable(entry.path(), source))?;
            if self.ignore.skips(path.as_str(), kind.is_dir()) {
                continue;
            }
            if kind.is_dir() {
                self.enter(&path)?;
            } else if kind.is_file() {
                self.found.push(path);
            }
            // Anything else is refused by Helm itself, with its own words.
        }
        self.above.pop();
        Ok(())
    }
}

pub(super) fn unreadable(path: &Utf8Path, source: io::Error) -> Error {
    Error::ChartUnreadable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_rules_hold_and_circles_end() {
        let directory = tempfile::tempdir().unwrap();
        let chart = Utf8Path::from_path(directory.path()).unwrap();
        for (file, text) in [
            ("Chart.yaml", ""),
            (".helmignore", "*.bak\nci/\n"),
            ("a.bak", ""),
            ("ci/x", ""),
            ("files/b", ""),
        ] {
            std::fs::create_dir_all(chart.join(file).parent().unwrap()).unwrap();
            std::fs::write(chart.join(file), text).unwrap();
        }
        std::os::unix::fs::symlink("files", chart.join("more")).unwrap();
        std::os::unix::fs::symlink("../Chart.yaml", chart.join("files/c")).unwrap();
        let found: Vec<String> = files(chart).unwrap().into_iter().map(Utf8PathBuf::into_string).collect();
        assert_eq!(found, [".helmignore", "Chart.yaml", "files/b", "files/c", "more/b", "more/c"]);

        std::os::unix::fs::symlink("..", chart.join("files/up")).unwrap();
        let error = files(chart).unwrap_err();
        assert!(matches!(&error, Error::ChartUnreadable { path, .. } if path.ends_with("up")), "{error}");
        std::fs::remove_file(chart.join("files/up")).unwrap();
        std::fs::write(chart.join(".helmignore"), "**/x").unwrap();
        assert!(
            matches!(files(chart).unwrap_err(), Error::ChartUnreadable { path, .. } if path.ends_with(".helmignore"))
        );
    }
}
