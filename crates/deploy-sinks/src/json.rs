//! Events as JSON lines on a stream.

use std::io::Write;

use deploy_events::{Event, Timeline, to_line};

use crate::{Error, Sink};

/// Writes each event as one line of JSON.
#[derive(Debug)]
pub struct JsonLines<W>(W);

impl<W: Write + Send + 'static> JsonLines<W> {
    /// On a stream.
    pub fn new(out: W) -> Self {
        Self(out)
    }
}

impl<W: Write + Send + 'static> Sink for JsonLines<W> {
    fn take(&mut self, _: &Timeline, event: &Event) -> Result<(), Error> {
        let line = to_line(event) + "\n";
        let written = self.0.write_all(line.as_bytes()).and_then(|()| self.0.flush());
        written.map_err(|source| Error::Stream { name: "event", source })
    }
}
