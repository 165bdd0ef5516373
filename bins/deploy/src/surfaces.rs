//! Which surfaces a run is shown on.

use std::io::{self, IsTerminal as _};

use camino::Utf8Path;
use deploy_sinks::{JsonLines, LogFile, Plain, Recorder, Terminal};

use crate::args::{Common, Progress};
use crate::trouble::Refusal;

/// Attaches the log file of the run and what the caller asked for.
pub(crate) fn attach(recorder: &Recorder, common: &Common, log: &Utf8Path) -> Result<(), Refusal> {
    recorder.attach("log", file(log)?);
    match common.events.as_deref() {
        Some(path) if path == "-" => recorder.attach("events", JsonLines::new(io::stdout())),
        Some(path) => recorder.attach("events", file(path)?),
        None => {}
    }
    match progress(common, io::stderr().is_terminal()) {
        Progress::Tty | Progress::Auto => recorder.attach("terminal", Terminal::stderr()),
        Progress::Plain => recorder.attach("lines", Plain::new(io::stderr())),
        Progress::Json => recorder.attach("json", JsonLines::new(io::stderr())),
        Progress::None => {}
    }
    Ok(())
}

/// The form of progress on standard error.
pub(crate) fn progress(common: &Common, terminal: bool) -> Progress {
    match common.progress {
        _ if common.quiet => Progress::None,
        Progress::Auto if terminal => Progress::Tty,
        Progress::Auto => Progress::Plain,
        chosen => chosen,
    }
}

fn file(path: &Utf8Path) -> Result<LogFile, Refusal> {
    LogFile::create(path).map_err(|error| Refusal::usage([&error as &dyn problem::Diagnose]))
}
