//! What a caller hears while programs are built and a sandbox boots.

use camino::Utf8PathBuf;
use std::time::Duration;

use crate::{Source, Tool};

/// Where the events of a call go. Dropping the call's future cancels it.
pub type Report<'a> = &'a mut (dyn FnMut(Event) + Send);

/// One step on the way to a running sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A program was there already.
    ToolFound {
        /// Which.
        tool: Tool,
        /// Where.
        path: Utf8PathBuf,
        /// By which way.
        source: Source,
    },
    /// A build began.
    BuildStarted {
        /// The module of the programs.
        module: &'static str,
        /// The programs.
        tools: Vec<Tool>,
    },
    /// A build goes on; once a second.
    BuildTick {
        /// The module of the programs.
        module: &'static str,
        /// Since its start.
        elapsed: Duration,
        /// The last line of the compiler: the package it works on.
        last_line: Option<String>,
    },
    /// The programs of a module are in the cache.
    BuildDone {
        /// The module of the programs.
        module: &'static str,
        /// How long it took.
        elapsed: Duration,
    },
    /// A sandbox runs already and is healthy; it is left as it is.
    AlreadyUp,
    /// What was left of an earlier sandbox was ended.
    Cleaned {
        /// How many processes were still alive.
        ended: usize,
    },
    /// A component answers.
    Ready {
        /// Its name, as in `status` and `logs`.
        component: String,
        /// Since the boot began.
        elapsed: Duration,
    },
}
