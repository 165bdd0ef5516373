//! What one program is handed: opened files by descriptor, and its environment.

mod actions;
mod masked;

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal as _;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use child::{Memfile, Program};
use federation::Federation;
use problem::Diagnose as _;
use secret_vault::Opened;
use zeroize::Zeroizing;

pub(crate) use actions::add_mask;

use crate::args::Common;
use crate::commands::secrets::Hands;
use crate::commands::secrets::age::VaultArgs;
use crate::machine;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// Collects what a program is handed, then runs it.
pub(crate) struct Hand<'w> {
    common: &'w Common,
    world: &'w World,
    hands: Option<Hands<'w>>,
    files: Vec<(Utf8PathBuf, Arc<Memfile>)>,
    variables: Vec<(String, OsString)>,
    opened: Vec<Opened>,
}

impl<'w> Hand<'w> {
    pub(crate) fn new(common: &'w Common, world: &'w World) -> Self {
        Self { common, world, hands: None, files: Vec::new(), variables: Vec::new(), opened: Vec::new() }
    }

    /// The same with what opens the files of a federation.
    pub(crate) fn of(common: &'w Common, world: &'w World, federation: &Federation) -> Result<Self, Refusal> {
        Ok(Self { hands: Some(Hands::of(common, world, federation)?), ..Self::new(common, world) })
    }

    /// Sets a variable to what is no secret.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.into()));
    }

    /// Sets a variable to the path where the program opens `file`.
    pub(crate) async fn path(&mut self, name: &str, file: &Utf8Path) -> Result<(), Refusal> {
        let path = self.memory(file).await?;
        self.set(name, path.as_str());
        Ok(())
    }

    /// Sets the variables that `file` assigns.
    pub(crate) async fn variables(&mut self, file: &Utf8Path) -> Result<(), Refusal> {
        let opened = self.open(file).await?;
        let variables = opened.variables();
        if variables.is_empty() {
            return Err(Trouble::NoVariables { file: file.to_owned() }.into());
        }
        let variables = variables.into_iter().map(|(name, value)| (name, OsString::from(value.as_str())));
        self.variables.extend(variables);
        self.opened.push(opened);
        Ok(())
    }

    /// Chooses a context: the first kubeconfig of several that names one wins.
    pub(crate) fn context(&mut self, context: &str) -> Result<(), Refusal> {
        let quoted = serde_json::Value::from(context);
        let text = format!("{{apiVersion: v1, kind: Config, current-context: {quoted}}}\n");
        let file = memfile("context", text.as_bytes())?;
        for (_, value) in self.variables.iter_mut().filter(|(name, _)| name == "KUBECONFIG") {
            let mut list = OsString::from(file.path().as_str());
            list.push(":");
            list.push(&*value);
            *value = list;
        }
        self.files.push(("context".into(), file));
        Ok(())
    }

    /// Runs the program; where it is not masked, it takes our place and this returns only a refusal.
    pub(crate) async fn run(mut self, words: &[OsString], unmasked: bool) -> Result<u8, Refusal> {
        let Some((name, arguments)) = words.split_first() else {
            return Err(Trouble::NoProgram { name: String::new() }.into());
        };
        let mut handed = Vec::with_capacity(arguments.len());
        for word in arguments {
            handed.push(self.argument(word).await?);
        }
        let mut program = self.program(name).await?;
        for (name, value) in &self.world.environment {
            program = program.env(name, value);
        }
        for (name, value) in &self.variables {
            program = program.env(name, value);
        }
        program =
            self.files.iter().fold(program.args(handed), |program, (_, file)| program.hand(Arc::clone(file)));
        let seen = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
        if unmasked || seen {
            return Err(Refusal::failed(&program.replace()));
        }
        masked::run(program, &self.opened, self.world.actions).await
    }

    /// The program by its path, by its name on PATH, or from memory where it is sealed.
    async fn program(&mut self, name: &OsStr) -> Result<Program, Refusal> {
        let no_program = || Trouble::NoProgram { name: name.to_string_lossy().into_owned() };
        let name = name.to_str().ok_or_else(no_program)?;
        if !name.contains('/') {
            return Ok(Program::new(self.world.program(name).ok_or_else(no_program)?));
        }
        let path = Utf8Path::new(name);
        if !path.is_file() {
            return Err(no_program().into());
        }
        if !is_sealed(path) {
            return Ok(Program::new(path));
        }
        let opened = self.open(path).await?;
        let program = Program::script(path, opened.expose()).map_err(|error| Refusal::failed(&error))?;
        self.opened.push(opened);
        Ok(program)
    }

    /// The argument, with the path in memory where it names a sealed file.
    async fn argument(&mut self, word: &OsStr) -> Result<OsString, Refusal> {
        let Some(text) = word.to_str() else { return Ok(word.to_owned()) };
        let ends = [Some(0), text.find('=').map(|at| at + 1), text.find('@').map(|at| at + 1)];
        for at in ends.into_iter().flatten() {
            let (head, file) = text.split_at(at);
            if !file.is_empty() && is_sealed(Utf8Path::new(file)) {
                return Ok(format!("{head}{}", self.memory(Utf8Path::new(file)).await?).into());
            }
        }
        Ok(word.to_owned())
    }

    /// The path where the program opens `file`.
    async fn memory(&mut self, file: &Utf8Path) -> Result<Utf8PathBuf, Refusal> {
        if let Some((_, memory)) = self.files.iter().find(|(known, _)| known == file) {
            return Ok(memory.path());
        }
        let opened = self.open(file).await?;
        let memory = memfile(file.as_str(), opened.expose())?;
        let path = memory.path();
        self.files.push((file.to_owned(), memory));
        self.opened.push(opened);
        Ok(path)
    }

    async fn open(&mut self, file: &Utf8Path) -> Result<Opened, Refusal> {
        let unreadable = |source| Trouble::Unreadable { path: file.to_owned(), source };
        let bytes = std::fs::read(file).map(Zeroizing::new).map_err(unreadable)?;
        if self.opened.is_empty() && machine::may_be_swapped() {
            let trouble = Trouble::Swappable;
            let help = trouble.help().unwrap_or_default();
            anstream::eprintln!("warning[{}]: {trouble}: {help}", trouble.code());
        }
        let hands = match self.hands.take() {
            Some(hands) => hands,
            None => Hands::new(self.common, self.world, VaultArgs::default())?,
        };
        self.hands.insert(hands).open(file, bytes).await
    }
}

fn memfile(name: &str, bytes: &[u8]) -> Result<Arc<Memfile>, Refusal> {
    Memfile::new(name, bytes).map(Arc::new).map_err(|error| Refusal::failed(&error))
}

/// Whether a file is there and begins as a sealed one does.
fn is_sealed(file: &Utf8Path) -> bool {
    let mut start = [0_u8; 64];
    let read = std::fs::File::open(file).and_then(|mut file| std::io::Read::read(&mut file, &mut start));
    let sealed = |start: &[u8]| secret_vault::is_sealed(start) || secret_vault::age::is_sealed(start);
    file.is_file() && read.is_ok_and(|read| start.get(..read).is_some_and(sealed))
}
