//! What to run, and with what.

use std::ffi::OsString;
use std::process::Stdio;
use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::group::Group;
use crate::{Error, Memfile, Running, sys};

/// A program to start. It inherits nothing that is not named here.
#[derive(Clone)]
pub struct Program {
    path: Utf8PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    cwd: Option<Utf8PathBuf>,
    files: Vec<Arc<Memfile>>,
    pub(crate) input: Option<Arc<dyn AsRef<[u8]> + Send + Sync>>,
    takes_input: bool,
}

impl Program {
    /// The program at `path`: a path with at least one slash, absolute or relative to
    /// [`cwd`](Self::cwd). `PATH` is never looked at.
    #[must_use]
    pub fn new(path: impl Into<Utf8PathBuf>) -> Self {
        Self {
            path: path.into(),
            args: Vec::new(),
            env: Vec::new(),
            cwd: None,
            files: Vec::new(),
            input: None,
            takes_input: false,
        }
    }

    /// Adds an argument. Everyone on the machine can read arguments: never a secret.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of the otherwise empty environment; a second value for a name replaces the first.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// The directory to run in; without it, ours.
    #[must_use]
    pub fn cwd(mut self, directory: impl Into<Utf8PathBuf>) -> Self {
        self.cwd = Some(directory.into());
        self
    }

    /// Lets the program, its children, and nobody else open `file` at [`Memfile::path`].
    #[must_use]
    pub fn hand(mut self, file: Arc<Memfile>) -> Self {
        self.files.push(file);
        self
    }

    /// What it reads from standard input, through a pipe; only [`output`](Self::output) writes it.
    /// The bytes are erased by whoever made them: hand over a type that does so by itself.
    #[must_use]
    pub fn input(mut self, bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        self.input = Some(Arc::new(bytes));
        self
    }

    /// Lets the program read our own standard input. A terminal is better not handed over: a program
    /// in a group of its own is stopped when it reads from one.
    #[must_use]
    pub fn take_input(mut self) -> Self {
        self.takes_input = true;
        self
    }

    /// Becomes the program: same process, same standard streams, same process group. Nothing of ours
    /// is left beside it. Returns only where that fails.
    pub fn replace(self) -> Error {
        use std::os::unix::process::CommandExt as _;
        let (path, mut command) = match self.command() {
            Ok((path, command)) => (path, command.into_std()),
            Err(error) => return error,
        };
        command.stdin(Stdio::inherit()).stdout(Stdio::inherit()).stderr(Stdio::inherit());
        Error::Spawn { program: path, source: command.exec() }
    }

    /// Starts the program as the leader of its own process group, with an empty standard input unless
    /// [`take_input`](Self::take_input) says otherwise.
    ///
    /// Must be called within a tokio runtime that has IO and time enabled.
    ///
    /// # Errors
    /// [`Error::BareName`], [`Error::NoDirectory`], [`Error::Spawn`], or [`Error::Watch`] where the
    /// end of the program could not be observed.
    pub fn spawn(self) -> Result<Running, Error> {
        Ok(Running::new(Self { input: None, ..self }.start()?))
    }

    pub(crate) fn start(self) -> Result<Group, Error> {
        let (path, mut command) = self.command()?;
        command.process_group(0);
        Group::spawn(path, command)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that starts a process")]
    fn command(self) -> Result<(Utf8PathBuf, tokio::process::Command), Error> {
        if !self.path.as_str().contains('/') {
            return Err(Error::BareName { program: self.path });
        }
        let mut command = tokio::process::Command::new(&self.path);
        if let Some(directory) = self.cwd {
            if !directory.is_dir() {
                return Err(Error::NoDirectory { program: self.path, directory });
            }
            command.current_dir(directory);
        }
        command
            .args(self.args)
            .env_clear()
            .envs(self.env)
            .stdin(match (self.input.is_some(), self.takes_input) {
                (true, _) => Stdio::piped(),
                (false, true) => Stdio::inherit(),
                (false, false) => Stdio::null(),
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        sys::inherit_only(command.as_std_mut(), self.files);
        Ok((self.path, command))
    }
}

/// Shows the names of the variables, never their values.
impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program")
            .field("path", &self.path)
            .field("args", &self.args)
            .field("env", &self.env.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("cwd", &self.cwd)
            .field("files", &self.files)
            .finish()
    }
}
