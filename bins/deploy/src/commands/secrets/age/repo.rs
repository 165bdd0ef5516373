//! The repository around a command, and its files.

use std::ffi::OsString;
use std::io::Write as _;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;
use secret_vault::repository::within;

use super::trouble::VaultTrouble;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// A log of many thousand commits may take its time.
const PATIENCE: Duration = Duration::from_secs(600);
const LARGEST: usize = 2 << 30;

/// A repository that is checked out.
#[derive(Debug, Clone)]
pub(crate) struct Repo {
    git: Utf8PathBuf,
    env: Vec<(&'static str, String)>,
    here: Utf8PathBuf,
    top: Utf8PathBuf,
}

impl Repo {
    /// The one that a folder lies in, and from where relative paths start.
    pub(crate) async fn find(folder: &Utf8Path, world: &World) -> Result<Self, Refusal> {
        let git = world.program("git").ok_or(VaultTrouble::NoGit)?;
        let mut env = vec![("PATH", world.path.clone()), ("GIT_LITERAL_PATHSPECS", "1".to_owned())];
        env.extend(world.home.as_ref().map(|home| ("HOME", home.to_string())));
        let mut repo = Self { git, env, here: folder.to_owned(), top: folder.to_owned() };
        let top = repo.ask(["rev-parse", "--show-toplevel"]).await?;
        repo.top = String::from_utf8_lossy(&top).trim_end().into();
        Ok(repo)
    }

    /// The top of its files.
    pub(crate) fn top(&self) -> &Utf8Path {
        &self.top
    }

    /// What git says.
    pub(crate) async fn ask<A: Into<OsString>>(
        &self,
        words: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, Refusal> {
        self.tell(words, Vec::new()).await
    }

    /// What git says to something that it reads.
    pub(crate) async fn tell<A: Into<OsString>>(
        &self,
        words: impl IntoIterator<Item = A>,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
        let command = words.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
        let mut program = Program::new(self.git.clone()).cwd(self.top.clone()).args(words).input(input);
        for (name, value) in &self.env {
            program = program.env(name, value);
        }
        let output = program.output(PATIENCE, LARGEST).await.map_err(|error| Refusal::failed(&error))?;
        match output.exit.success() {
            true => Ok(output.stdout),
            false => {
                let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                Err(VaultTrouble::Git { command, said }.into())
            }
        }
    }

    /// The contents of objects, in order; none where there is no such object.
    pub(crate) async fn contents(&self, objects: &[String]) -> Result<Vec<Option<Vec<u8>>>, Refusal> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        let output =
            self.tell(["cat-file", "--batch", "--buffer"], (objects.join("\n") + "\n").into()).await?;
        let mut rest = output.as_slice();
        let mut contents = Vec::with_capacity(objects.len());
        for _ in objects {
            contents.push(next_content(&mut rest));
        }
        Ok(contents)
    }

    /// What git says with another index, that of a commit: it holds names and no contents, and goes away again.
    pub(crate) async fn tell_with_index_of<A: Into<OsString>>(
        &self,
        commit: &str,
        words: impl IntoIterator<Item = A>,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        let folder = self.ask(["rev-parse", "--git-dir"]).await?;
        let folder = self.top.join(String::from_utf8_lossy(&folder).trim());
        let index = folder.join(format!("audit-{}.index", std::process::id()));
        let mut other = self.clone();
        other.env.push(("GIT_INDEX_FILE", index.to_string()));
        let told = match other.ask(["read-tree", commit]).await {
            Ok(_) => other.tell(words, input).await,
            Err(refusal) => Err(refusal),
        };
        // Where it was never written there is nothing to take away.
        let _ = std::fs::remove_file(&index);
        told
    }

    /// A path as it was typed, from the top of the repository.
    pub(crate) fn path(&self, typed: &Utf8Path) -> Result<Utf8PathBuf, Refusal> {
        let outside = || VaultTrouble::Outside { path: typed.to_owned(), top: self.top.clone() };
        Ok(within(&self.top, &self.here, typed).ok_or_else(outside)?)
    }

    /// The bytes of a file in the work tree.
    pub(crate) fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, Refusal> {
        let unreadable = |source| Trouble::Unreadable { path: path.to_owned(), source };
        std::fs::read(self.top.join(path)).map_err(|source| unreadable(source).into())
    }

    /// Writes a file at once or not at all; whether it may be run stays as it was.
    pub(crate) fn write(&self, path: &Utf8Path, bytes: &[u8]) -> Result<(), Refusal> {
        let whole = self.top.join(path);
        let write = || -> std::io::Result<()> {
            let folder = whole.parent().unwrap_or(&self.top);
            std::fs::create_dir_all(folder)?;
            let mode = std::fs::metadata(&whole).map(|found| found.permissions());
            let temporary = folder.join(format!(".{}.new", whole.file_name().unwrap_or("file")));
            let mut file = std::fs::File::create(&temporary)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            if let Ok(mode) = mode {
                std::fs::set_permissions(&temporary, mode)?;
            }
            std::fs::rename(&temporary, &whole)
        };
        write().map_err(|source| VaultTrouble::Unwritable { path: path.to_owned(), source }.into())
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
