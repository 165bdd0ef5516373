//! A terminal: news scrolls away, what goes on is redrawn below.

use deploy_events::{Event, Timeline, render};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{Error, Sink};

/// Draws on standard error of a terminal; draws nothing where there is none.
#[derive(Debug)]
pub struct Terminal {
    bar: ProgressBar,
}

impl Terminal {
    /// On standard error.
    #[must_use]
    pub fn stderr() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        // The template is a constant that parses; the default style would only add a spinner.
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self { bar }
    }
}

impl Sink for Terminal {
    fn take(&mut self, timeline: &Timeline, event: &Event) -> Result<(), Error> {
        if let Some(line) = render::line(timeline, event) {
            self.bar.println(line);
        }
        self.bar.set_message(render::frame(timeline).trim_end().to_owned());
        self.bar.tick();
        Ok(())
    }

    fn close(&mut self, _: &Timeline) -> Result<(), Error> {
        self.bar.finish_and_clear();
        Ok(())
    }
}
