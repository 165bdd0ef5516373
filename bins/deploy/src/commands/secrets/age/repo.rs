//! The repository around a command, and its files.

use std::ffi::OsString;
use std::io::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use secret_vault::repository::{Git, Repository, within};

use super::trouble::VaultTrouble;
use crate::commands::secrets::failed;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// A repository that is checked out, or of which only the history is looked at.
#[derive(Debug, Clone)]
pub(crate) struct Repo {
    git: Git,
    git_dir: Utf8PathBuf,
    here: Utf8PathBuf,
    top: Utf8PathBuf,
    is_bare: bool,
}

impl Repo {
    /// The one that a folder lies in, and from where relative paths start.
    pub(crate) fn find(folder: &Utf8Path, world: &World) -> Result<Self, Refusal> {
        // As git has it: where its folder is told, the work tree is where the command runs.
        let start = if world.repository.git_dir.is_some() { &world.here } else { folder };
        let repository = Repository::find(start, &world.repository).map_err(failed)?;
        repository.files().map_err(failed)?;
        Self::of(&repository, folder, world)
    }

    /// The same for whoever looks at the history alone; a bare one has that, too.
    pub(crate) fn find_history(world: &World) -> Result<Self, Refusal> {
        let repository = Repository::find(&world.here, &world.repository).map_err(failed)?;
        Self::of(&repository, &world.here, world)
    }

    fn of(repository: &Repository, folder: &Utf8Path, world: &World) -> Result<Self, Refusal> {
        let top = repository.work_tree().unwrap_or(repository.git_dir()).to_owned();
        let program = world.program("git").ok_or(Trouble::NoGit)?;
        let git = Git::new(program, world.environment.clone(), top.clone());
        let (git_dir, is_bare) = (repository.git_dir().to_owned(), repository.work_tree().is_none());
        Ok(Self { git, git_dir, here: folder.to_owned(), top, is_bare })
    }

    /// Whether nothing is checked out.
    pub(crate) fn is_bare(&self) -> bool {
        self.is_bare
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
        self.git.ask(words).await.map_err(failed)
    }

    /// What git says to something that it reads.
    pub(crate) async fn tell<A: Into<OsString>>(
        &self,
        words: impl IntoIterator<Item = A>,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        self.git.tell(words, Some(input)).await.map_err(failed)
    }

    /// The contents of objects, in order; none where there is no such object.
    pub(crate) async fn contents(&self, objects: &[String]) -> Result<Vec<Option<Vec<u8>>>, Refusal> {
        self.git.contents(objects).await.map_err(failed)
    }

    /// What git says with the index of a commit.
    pub(crate) async fn tell_with_index_of<A: Into<OsString>>(
        &self,
        commit: &str,
        words: impl IntoIterator<Item = A>,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        let index = self.git_dir.join(format!("audit-{}.index", std::process::id()));
        self.git.tell_with_index_of(commit, &index, words, input).await.map_err(failed)
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
