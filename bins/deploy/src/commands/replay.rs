//! `deploy replay`: a run again, from its log alone.

use camino::Utf8Path;
use deploy_events::{Reader, Timeline, render};

use crate::args::Output;
use crate::trouble::{Refusal, Trouble};

/// Prints what the run printed; ends with its exit code.
pub(crate) fn replay(file: &Utf8Path, output: Output) -> Result<u8, Refusal> {
    let unreadable = |source| Trouble::Unreadable { path: file.to_owned(), source };
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let mut timeline = Timeline::default();
    for event in Reader::new(&text) {
        let event = event.map_err(|error| Refusal::usage([&error as &dyn problem::Diagnose]))?;
        timeline.fold(&event);
        if let (Output::Human, Some(line)) = (output, render::line(&timeline, &event)) {
            anstream::eprintln!("{line}");
        }
    }
    Ok(super::run::tell(&timeline, output))
}
