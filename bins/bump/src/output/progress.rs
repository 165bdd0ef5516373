//! What a long wait says: in a terminal one line that changes, elsewhere a line now and then.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// In a log a line a minute is enough to see that somebody is alive.
const SELDOM: Duration = Duration::from_secs(60);

/// The line on standard error.
pub(crate) struct Progress {
    is_terminal: bool,
    said: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), said: None }
    }

    /// For steps of a run that is usually short: a log hears of it after a minute, a terminal at once.
    pub(crate) fn of_steps() -> Self {
        Self { said: Some(Instant::now()), ..Self::new() }
    }

    pub(crate) fn say(&mut self, line: &str) {
        let is_due = self.said.is_none_or(|said| said.elapsed() >= SELDOM);
        let mut stderr = anstream::stderr();
        let _ = match (self.is_terminal, is_due) {
            // Back to the first column, and nothing of the old line behind the new one; a line that is too
            // long is cut by the terminal, for of one that wraps only the last row could be taken back.
            (true, _) => write!(stderr, "\r\x1b[2K\x1b[?7l{line}\x1b[?7h").and_then(|()| stderr.flush()),
            (false, true) => writeln!(stderr, "{line}"),
            (false, false) => Ok(()),
        };
        if is_due {
            self.said = Some(Instant::now());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_terminal && self.said.is_some() {
            let _ = write!(anstream::stderr(), "\r\x1b[2K");
        }
    }
}
