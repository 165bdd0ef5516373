//! The event log as JSON lines.

use crate::{Error, Event, VERSION};

/// One line of the log, without its end.
#[must_use]
pub fn to_line(event: &Event) -> String {
    // Every part of an event has string keys and no failing serialiser, so this arm is never taken;
    // a surface that prints it would show the hole instead of hiding it.
    serde_json::to_string(event).unwrap_or_else(|error| format!("{{\"unwritable\":{:?}}}", error.to_string()))
}

/// Reads a log line by line.
#[derive(Debug)]
pub struct Reader<'a> {
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
}

impl<'a> Reader<'a> {
    /// A reader of a whole log.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { lines: text.lines().enumerate() }
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let (at, line) = self.lines.by_ref().find(|(_, line)| !line.trim().is_empty())?;
        let line_number = at + 1;
        Some(match serde_json::from_str::<Event>(line) {
            Err(source) => Err(Error::NotAnEvent { line: line_number, source }),
            Ok(event) if event.v > VERSION => {
                Err(Error::Version { line: line_number, found: event.v, known: VERSION })
            }
            Ok(event) => Ok(event),
        })
    }
}
