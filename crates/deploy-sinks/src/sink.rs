//! What a surface is to the recorder.

use deploy_events::{Event, Timeline};

use crate::Error;

/// A surface. It is called from a task of its own, in the order of events.
pub trait Sink: Send + 'static {
    /// Takes one event; `timeline` has it folded in.
    ///
    /// # Errors
    /// When the surface cannot be written. It is then asked no more.
    fn take(&mut self, timeline: &Timeline, event: &Event) -> Result<(), Error>;

    /// The run is over.
    ///
    /// # Errors
    /// When what is left cannot be written.
    fn close(&mut self, timeline: &Timeline) -> Result<(), Error> {
        let _ = timeline;
        Ok(())
    }
}
