//! The event log on the local disk.

use std::fs::File;
use std::io::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use deploy_events::{Event, Timeline, to_line};

use crate::{Error, Sink};

/// JSON lines in a file, readable while the run goes on.
#[derive(Debug)]
pub struct LogFile {
    path: Utf8PathBuf,
    file: File,
}

impl LogFile {
    /// A new file; its folder must be there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(path: &Utf8Path) -> Result<Self, Error> {
        let file = File::create(path).map_err(|source| Error::LogFile { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), file })
    }
}

impl Sink for LogFile {
    fn take(&mut self, _: &Timeline, event: &Event) -> Result<(), Error> {
        let line = to_line(event) + "\n";
        self.file
            .write_all(line.as_bytes())
            .map_err(|source| Error::LogFile { path: self.path.clone(), source })
    }

    fn close(&mut self, _: &Timeline) -> Result<(), Error> {
        self.file.sync_all().map_err(|source| Error::LogFile { path: self.path.clone(), source })
    }
}
