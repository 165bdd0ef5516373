//! Lines that only grow, for pipes and CI.

use std::io::Write;

use deploy_events::{Event, Kind, Timeline, render};
use jiff::{SignedDuration, Timestamp};

use crate::{Error, Sink};

/// Silence longer than this looks like a hang.
const REMINDER: SignedDuration = SignedDuration::from_secs(30);

/// One line an event that is news; after half a minute of silence, what is not ready and why.
#[derive(Debug)]
pub struct Plain<W> {
    out: W,
    last: Option<Timestamp>,
}

impl<W: Write + Send + 'static> Plain<W> {
    /// On a stream.
    pub fn new(out: W) -> Self {
        Self { out, last: None }
    }

    fn say(&mut self, text: &str, at: Timestamp) -> Result<(), Error> {
        self.last = Some(at);
        let written = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
        written.map_err(|source| Error::Stream { name: "plain", source })
    }
}

impl<W: Write + Send + 'static> Sink for Plain<W> {
    fn take(&mut self, timeline: &Timeline, event: &Event) -> Result<(), Error> {
        if let Some(line) = render::line(timeline, event) {
            return self.say(&line, event.at);
        }
        let silent = self.last.is_some_and(|last| event.at.duration_since(last) >= REMINDER);
        if silent && matches!(event.kind, Kind::Tick) {
            let frame = render::frame(timeline);
            let unready = if frame.is_empty() { "still at work" } else { frame.trim_end() };
            return self.say(unready, event.at);
        }
        Ok(())
    }
}
