//! The system's git, asked in one folder.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;

use crate::error::{BumpError, HistoryFault};

/// A line for each commit is about 100 bytes; the largest repositories have a million.
const LARGEST_ANSWER: usize = 256 * 1024 * 1024;

/// A program `git` that is asked in `folder`; each question has the same deadline.
#[derive(Debug, Clone)]
pub struct Git {
    program: Utf8PathBuf,
    folder: Utf8PathBuf,
    deadline: Duration,
    env: Vec<(String, String)>,
}

impl Git {
    /// Nothing of our own environment reaches it but what [`Git::with_env`] names.
    #[must_use]
    pub fn new(program: impl Into<Utf8PathBuf>, folder: impl Into<Utf8PathBuf>, deadline: Duration) -> Self {
        Self { program: program.into(), folder: folder.into(), deadline, env: Vec::new() }
    }

    /// Sets variables, such as `HOME` and those that name the author of a commit.
    #[must_use]
    pub fn with_env(mut self, env: impl IntoIterator<Item = (String, String)>) -> Self {
        self.env.extend(env);
        self
    }

    /// The same git in another folder.
    #[must_use]
    pub fn at(&self, folder: impl Into<Utf8PathBuf>) -> Self {
        Self { folder: folder.into(), ..self.clone() }
    }

    /// The folder in which it is asked.
    #[must_use]
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// What it answers, byte by byte.
    pub(crate) async fn bytes(&self, args: &[&str]) -> Result<Vec<u8>, BumpError> {
        let answer = self.run(args).await?;
        answer.map_err(|said| HistoryFault::Failed { clone: self.folder.clone(), said }.into())
    }

    /// What it answers, as text without the blanks around it.
    pub(crate) async fn text(&self, args: &[&str]) -> Result<String, BumpError> {
        Ok(String::from_utf8_lossy(&self.bytes(args).await?).trim().to_owned())
    }

    /// What it answers; `None` where it says no.
    pub(crate) async fn maybe(&self, args: &[&str]) -> Result<Option<Vec<u8>>, BumpError> {
        Ok(self.run(args).await?.ok())
    }

    /// The address of a remote; `None` where there is none of that name.
    ///
    /// # Errors
    /// Git cannot be started.
    pub async fn remote(&self, name: &str) -> Result<Option<String>, BumpError> {
        self.maybe_text(&["remote", "get-url", name]).await
    }

    /// As `Git::maybe`, as text.
    pub(crate) async fn maybe_text(&self, args: &[&str]) -> Result<Option<String>, BumpError> {
        let said = self.maybe(args).await?;
        Ok(said.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()))
    }

    async fn run(&self, args: &[&str]) -> Result<Result<Vec<u8>, String>, BumpError> {
        let mut program = Program::new(&self.program).args(args).cwd(&self.folder);
        // Own variables first: what follows must hold.
        for (name, value) in &self.env {
            program = program.env(name, value);
        }
        let program =
            program.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_NO_LAZY_FETCH", "1");
        let output = program.output(self.deadline, LARGEST_ANSWER).await.map_err(HistoryFault::Git)?;
        if output.exit.success() {
            return Ok(Ok(output.stdout));
        }
        Ok(Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}
