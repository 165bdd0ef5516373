//! Repositories of encrypted files in the shapes that are measured.

use std::cell::Cell;
use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use crate::{run, workspace};

/// How many files of which sizes.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    name: String,
    files: Vec<(String, usize)>,
}

impl Shape {
    fn of(name: &str, sizes: impl IntoIterator<Item = usize>) -> Self {
        let file = |(at, size)| (format!("secrets/folder{}/file{at}.yaml", at % 7), size);
        Self { name: name.to_owned(), files: sizes.into_iter().enumerate().map(file).collect() }
    }

    /// As in the repository of mybinder.org: 41 files, 373,315 bytes, 2,349 in the median, 267,799 the largest.
    pub(crate) fn mybinder() -> Self {
        let small = (0..20).map(|at| 120 + at * 110);
        let large = (0..19).map(|at| 2_400 + at * 219);
        Self::of("mybinder", small.chain([2_349, 267_799]).chain(large))
    }

    /// So many of four kilobytes.
    pub(crate) fn many(count: usize) -> Self {
        Self::of("many", std::iter::repeat_n(4096, count))
    }

    /// One of this size.
    pub(crate) fn one(size: usize) -> Self {
        Self::of("one", [size])
    }

    /// The paths.
    pub(crate) fn files(&self) -> Vec<&str> {
        self.files.iter().map(|(file, _)| file.as_str()).collect()
    }

    /// The bytes of all files.
    pub(crate) fn bytes(&self) -> usize {
        self.files.iter().map(|(_, size)| size).sum()
    }
}

/// Made once for each shape, sealed by git-crypt, and cloned for each run.
pub(crate) struct Repositories {
    folder: Utf8PathBuf,
    clones: Cell<usize>,
}

/// An empty folder.
pub(crate) fn scratch() -> Result<Utf8PathBuf> {
    let folder = workspace::target().join("bench/secrets");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {folder}"))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {folder}"))?;
    Ok(folder)
}

impl Repositories {
    /// Makes a key.
    pub(crate) fn new(folder: &Utf8Path) -> Result<Self> {
        let made = Self { folder: folder.to_owned(), clones: Cell::new(0) };
        run::output(Command::new("git-crypt").arg("keygen").arg(made.key()))?;
        Ok(made)
    }

    /// Its file.
    pub(crate) fn key(&self) -> Utf8PathBuf {
        self.folder.join("key")
    }

    /// The repository of a shape, with its files sealed.
    pub(crate) fn origin(&self, shape: &Shape) -> Result<Utf8PathBuf> {
        let origin = self.folder.join(&shape.name);
        if origin.exists() {
            return Ok(origin);
        }
        fs::create_dir_all(&origin)?;
        git(&origin, &["init", "-q"])?;
        run::output(Command::new("git-crypt").current_dir(&origin).arg("unlock").arg(self.key())).or_else(
            |_| {
                // git-crypt unlocks nothing where nothing is committed yet.
                git(&origin, &["commit", "-q", "--allow-empty", "-m", "begin"])?;
                run::output(Command::new("git-crypt").current_dir(&origin).arg("unlock").arg(self.key()))
            },
        )?;
        fs::write(origin.join(".gitattributes"), "**/secrets/** filter=git-crypt diff=git-crypt\n")?;
        for (seed, (file, size)) in shape.files.iter().enumerate() {
            let path = origin.join(file);
            fs::create_dir_all(path.parent().unwrap_or(&origin))?;
            fs::write(path, text(seed, *size))?;
        }
        git(&origin, &["add", "."])?;
        git(&origin, &["commit", "-q", "-m", "sealed"])?;
        run::output(Command::new("git-crypt").current_dir(&origin).arg("lock"))?;
        Ok(origin)
    }

    /// A fresh clone of it, locked.
    pub(crate) fn clone(&self, shape: &Shape) -> Result<Utf8PathBuf> {
        let origin = self.origin(shape)?;
        self.clones.set(self.clones.get() + 1);
        let previous = self.folder.join(format!("clone{}", self.clones.get() - 1));
        if previous.exists() {
            fs::remove_dir_all(previous)?;
        }
        let clone = self.folder.join(format!("clone{}", self.clones.get()));
        git(&self.folder, &["clone", "-q", origin.as_str(), clone.as_str()])?;
        Ok(clone)
    }
}

/// Text of some size that is another one for every seed.
fn text(seed: usize, size: usize) -> String {
    let line = format!("password{seed}: correct-horse-battery-staple-{seed}\n");
    let mut text = line.repeat(size / line.len() + 1);
    text.truncate(size);
    text
}

fn git(folder: &Utf8Path, words: &[&str]) -> Result<String> {
    let identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"];
    run::output(Command::new("git").current_dir(folder).args(identity).args(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_is_that_of_mybinder() {
        let shape = Shape::mybinder();
        let mut sizes: Vec<usize> = shape.files.iter().map(|(_, size)| *size).collect();
        sizes.sort_unstable();
        assert_eq!((sizes.len(), sizes.get(20), sizes.last()), (41, Some(&2_349), Some(&267_799)));
        assert!(shape.bytes().abs_diff(373_315) < 5_000, "{}", shape.bytes());
    }
}
