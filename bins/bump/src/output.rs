//! Where an outcome goes: results to standard output, talk to standard error.

mod check;
mod human;
mod json;
mod progress;

use std::io::Write as _;
use std::process::ExitCode;

use problem::{Style, render};

pub(crate) use progress::Progress;

use crate::commands::{Failure, Outcome};

/// How results and problems are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Human,
    Json,
}

/// The two streams of the process.
pub(crate) struct Output {
    format: Format,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    /// Writes what came of the run, and says how the process ends.
    pub(crate) fn finish(&self, outcome: Result<Outcome, Failure>) -> ExitCode {
        let code = outcome.as_ref().map_or_else(|failure| failure.code, Outcome::code);
        let (result, talk) = match (self.format, &outcome) {
            (Format::Json, _) => (json::line(&outcome, code), String::new()),
            (Format::Human, Ok(outcome)) => (human::result(outcome), human::talk(outcome)),
            (Format::Human, Err(failure)) => (String::new(), problem(failure)),
        };
        // A closed pipe is the reader's choice; the work is done.
        let _ = anstream::stdout().write_all(result.as_bytes());
        let _ = anstream::stderr().write_all(talk.as_bytes());
        code.into()
    }
}

fn problem(failure: &Failure) -> String {
    format!("{}\n", render(&failure.record, Style::Coloured))
}
