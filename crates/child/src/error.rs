//! What can go wrong with a process.

use std::borrow::Cow;
use std::io;
use std::time::Duration;

use camino::Utf8PathBuf;
use problem::{Code, Diagnose, Entry};

use crate::Stream;

/// Why a program could not be started, watched or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name where a path is needed: this crate never looks at `PATH`.
    #[error("`{program}` is a name, not the path of a program")]
    BareName {
        /// What was given.
        program: Utf8PathBuf,
    },
    /// The directory to run in does not exist.
    #[error("the directory {directory} to run {program} in does not exist")]
    NoDirectory {
        /// The program.
        program: Utf8PathBuf,
        /// The missing directory.
        directory: Utf8PathBuf,
    },
    /// The operating system refused to start the program.
    #[error("cannot start {program}")]
    Spawn {
        /// The program.
        program: Utf8PathBuf,
        /// Its reason.
        #[source]
        source: io::Error,
    },
    /// The end of the program cannot be observed.
    #[error("cannot watch {program}")]
    Watch {
        /// The program.
        program: Utf8PathBuf,
        /// The operating system's reason.
        #[source]
        source: io::Error,
    },
    /// A signal cannot be sent to the program's group.
    #[error("cannot signal {program}")]
    Signal {
        /// The program.
        program: Utf8PathBuf,
        /// The operating system's reason.
        #[source]
        source: io::Error,
    },
    /// A short command did not end in time; it was stopped.
    #[error("{program} did not end within {} s", deadline.as_secs_f64())]
    Deadline {
        /// The program.
        program: Utf8PathBuf,
        /// The time it had.
        deadline: Duration,
    },
    /// A short command said more than its caller can use; it was stopped.
    #[error("{program} wrote more than {limit} bytes to its {stream}")]
    TooMuch {
        /// The program.
        program: Utf8PathBuf,
        /// Where it wrote.
        stream: Stream,
        /// The most that was allowed, in bytes.
        limit: usize,
    },
    /// A script that does not say what runs it.
    #[error("the first line of {name} names no program that runs it")]
    NoInterpreter {
        /// The name of the script.
        name: String,
    },
    /// The system has no sealed memory files.
    #[error("this system cannot hold {name} in a sealed memory file")]
    NoMemfile {
        /// The name of the file, which is no secret.
        name: String,
        /// The operating system's reason.
        #[source]
        source: io::Error,
    },
    /// A memory file could not be filled and sealed.
    #[error("cannot {step} the memory file {name}")]
    Memfile {
        /// The name of the file, which is no secret.
        name: String,
        /// What was being done: fill, protect, seal.
        step: &'static str,
        /// The operating system's reason.
        #[source]
        source: io::Error,
    },
}

/// Every code of this crate.
pub const PROBLEMS: &[Entry] = &[
    Entry {
        code: BARE_NAME,
        means: "A program was named without its path.",
        next: "Give the whole path; names are looked up by the command line, not by this library.",
    },
    Entry {
        code: NO_DIRECTORY,
        means: "The directory a program should run in does not exist.",
        next: "Create it, or name another one.",
    },
    Entry {
        code: SPAWN,
        means: "The operating system refused to start a program.",
        next: "Check that the path exists, is executable, and fits this machine.",
    },
    Entry {
        code: WATCH,
        means: "The end of a program cannot be observed.",
        next: "Look whether something else in this process collects its children.",
    },
    Entry {
        code: SIGNAL,
        means: "A program cannot be told to end.",
        next: "Look whether it changed its user; end it by hand.",
    },
    Entry {
        code: DEADLINE,
        means: "A short command did not end in time and was stopped.",
        next: "Run it by hand to see what it waits for.",
    },
    Entry {
        code: TOO_MUCH,
        means: "A short command wrote more than can be used and was stopped.",
        next: "Run it by hand to see what it writes.",
    },
    Entry {
        code: NO_INTERPRETER,
        means: "A program that is opened in memory is no script, or its first line does not say what runs it.",
        next: "Begin it with a line like `#!/usr/bin/env python3`.",
    },
    Entry {
        code: NO_MEMFILE,
        means: "The system has no sealed memory files, so secrets cannot be handed over without a disk.",
        next: "Run on Linux 3.17 or newer, without a sandbox that forbids memfd_create.",
    },
    Entry {
        code: MEMFILE,
        means: "A memory file could not be filled and sealed.",
        next: "Free memory, or raise the container's memory limit.",
    },
];

const BARE_NAME: Code = Code::new("child.bare_name");
const NO_DIRECTORY: Code = Code::new("child.no_directory");
const SPAWN: Code = Code::new("child.spawn");
const WATCH: Code = Code::new("child.watch");
const SIGNAL: Code = Code::new("child.signal");
const DEADLINE: Code = Code::new("child.deadline");
const TOO_MUCH: Code = Code::new("child.too_much_output");
const NO_INTERPRETER: Code = Code::new("child.no_interpreter");
const NO_MEMFILE: Code = Code::new("child.no_memfile");
const MEMFILE: Code = Code::new("child.memfile");

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::BareName { .. } => BARE_NAME,
            Self::NoDirectory { .. } => NO_DIRECTORY,
            Self::Spawn { .. } => SPAWN,
            Self::Watch { .. } => WATCH,
            Self::Signal { .. } => SIGNAL,
            Self::Deadline { .. } => DEADLINE,
            Self::TooMuch { .. } => TOO_MUCH,
            Self::NoInterpreter { .. } => NO_INTERPRETER,
            Self::NoMemfile { .. } => NO_MEMFILE,
            Self::Memfile { .. } => MEMFILE,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        let code = self.code();
        PROBLEMS.iter().find(|entry| entry.code == code).map(|entry| entry.next.into())
    }
}
