//! What a person sees while programs are built and the sandbox boots.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use sandbox::Event;

/// Says each step on standard error; a build's progress is redrawn on a terminal, told twice a minute elsewhere.
#[derive(Default)]
pub(crate) struct Words {
    open: bool,
    told: Duration,
}

const QUIET: Duration = Duration::from_secs(30);

impl Words {
    pub(crate) fn say(&mut self, event: &Event) {
        match event {
            Event::BuildStarted { module, .. } => {
                self.told = Duration::ZERO;
                self.line(&format!("building {module} from source, once for this machine"));
            }
            Event::BuildTick { module, elapsed, last_line } => {
                self.tick(module, *elapsed, last_line.as_deref())
            }
            Event::BuildDone { module, elapsed } => {
                self.line(&format!("built {module} in {} s", elapsed.as_secs()))
            }
            Event::Cleaned { ended } => self.line(&format!("ended {ended} processes of a broken sandbox")),
            Event::Ready { component, elapsed } => {
                self.line(&format!("{component} ready {:.1} s", elapsed.as_secs_f64()))
            }
            _ => {}
        }
    }

    /// Leaves the cursor at the start of a line.
    pub(crate) fn end(&mut self) {
        if self.open {
            eprint!("\r\x1b[K");
            self.open = false;
        }
    }

    fn line(&mut self, text: &str) {
        self.end();
        eprintln!("sandbox: {text}");
    }

    fn tick(&mut self, module: &str, elapsed: Duration, last_line: Option<&str>) {
        let text =
            format!("sandbox: building {module} {} s {}", elapsed.as_secs(), last_line.unwrap_or_default());
        if std::io::stderr().is_terminal() {
            let short: String = text.chars().take(100).collect();
            eprint!("\r\x1b[K{short}");
            // A terminal that cannot be written to shows nothing either way.
            let _ = std::io::stderr().flush();
            self.open = true;
        } else if elapsed.saturating_sub(self.told) >= QUIET {
            self.told = elapsed;
            eprintln!("{text}");
        }
    }
}
