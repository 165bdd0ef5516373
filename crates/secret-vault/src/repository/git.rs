//! Asks git.

use std::ffi::OsString;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;

use super::{Config, Error, TreePath};

/// A checkout of many large files may take its time.
const PATIENCE: Duration = Duration::from_secs(3600);
const LARGEST: usize = 4 << 30;

/// The git of the user, in one repository.
#[derive(Debug, Clone)]
pub struct Git {
    program: Utf8PathBuf,
    env: Vec<(OsString, OsString)>,
    folder: Utf8PathBuf,
}

impl Git {
    /// The program, its environment, and the folder to run it in. The environment is the user's own:
    /// git reads its configuration by it, and hands it to hooks and filters.
    #[must_use]
    pub fn new(program: Utf8PathBuf, env: Vec<(OsString, OsString)>, folder: Utf8PathBuf) -> Self {
        Self { program, env, folder }
    }

    /// The same in another folder.
    #[must_use]
    pub fn at(&self, folder: &Utf8Path) -> Self {
        Self { folder: folder.to_owned(), ..self.clone() }
    }

    /// Runs it, and gives what it said.
    ///
    /// # Errors
    /// [`Error::Git`] with its own words where it failed, [`Error::Child`] where it could not be run.
    pub async fn ask<A: Into<OsString>>(&self, words: impl IntoIterator<Item = A>) -> Result<Vec<u8>, Error> {
        self.tell(words, None).await
    }

    /// Runs it with something to read.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn tell<A: Into<OsString>>(
        &self,
        words: impl IntoIterator<Item = A>,
        input: Option<Vec<u8>>,
    ) -> Result<Vec<u8>, Error> {
        let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
        // Options come before the command: `-c NAME=VALUE`.
        let texts = words.iter().map(|word| word.to_string_lossy().into_owned());
        let command =
            texts.into_iter().find(|word| !word.starts_with('-') && !word.contains('=')).unwrap_or_default();
        let mut program = self.program(words);
        if let Some(input) = input {
            program = program.input(input);
        }
        let output = program.output(PATIENCE, LARGEST).await?;
        if output.exit.success() {
            return Ok(output.stdout);
        }
        Err(Error::Git { command, said: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
    }

    /// What is staged at a path.
    pub async fn staged(&self, path: &TreePath) -> Option<Vec<u8>> {
        let mut object = OsString::from(":");
        object.push(path.as_os_str());
        self.ask(["cat-file".into(), "blob".into(), object]).await.ok()
    }

    /// The contents of objects, in order; none where there is no such object.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn contents(&self, objects: &[String]) -> Result<Vec<Option<Vec<u8>>>, Error> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        let named = (objects.join("\n") + "\n").into_bytes();
        let output = self.tell(["cat-file", "--batch", "--buffer"], Some(named)).await?;
        let mut rest = output.as_slice();
        Ok(objects.iter().map(|_| next_content(&mut rest)).collect())
    }

    /// What it says to something with another index, that of a commit: it holds names and no contents, and goes
    /// away again. `index` is where it may lie meanwhile.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn tell_with_index_of<A: Into<OsString>>(
        &self,
        commit: &str,
        index: &Utf8Path,
        words: impl IntoIterator<Item = A>,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, Error> {
        let mut other = self.clone();
        other.env.push(("GIT_INDEX_FILE".into(), index.as_str().into()));
        let told = match other.ask(["read-tree", commit]).await {
            Ok(_) => other.tell(words, Some(input)).await,
            Err(error) => Err(error),
        };
        // Where it was never written there is nothing to take away.
        let _ = std::fs::remove_file(index);
        told
    }

    /// The program, ready to run.
    pub(crate) fn program<A: Into<OsString>>(&self, words: impl IntoIterator<Item = A>) -> Program {
        let mut program = Program::new(self.program.clone()).cwd(self.folder.clone()).args(words);
        for (name, value) in &self.env {
            program = program.env(name.clone(), value.clone());
        }
        // Names of files are what they are, never patterns.
        program.env("GIT_LITERAL_PATHSPECS", "1")
    }

    /// All settings.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn config(&self) -> Result<Config, Error> {
        Ok(Config::parse(&self.ask(["config", "--list", "-z"]).await?))
    }
}

/// What `git cat-file --batch` says of one object.
fn next_content(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (head, after) = rest.split_at_checked(end)?;
    *rest = after.get(1..).unwrap_or_default();
    let size = std::str::from_utf8(head).ok()?.rsplit_once(' ')?.1.parse::<usize>().ok()?;
    let (content, after) = rest.split_at_checked(size)?;
    *rest = after.get(1..).unwrap_or_default();
    Some(content.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_taken_apart_by_their_sizes() {
        let mut rest = &b"aa blob 3\na\nb\nbb missing\ncc blob 0\n\n"[..];
        let all: Vec<_> = (0..4).map(|_| next_content(&mut rest)).collect();
        assert_eq!(all, [Some(b"a\nb".to_vec()), None, Some(Vec::new()), None]);
    }
}
