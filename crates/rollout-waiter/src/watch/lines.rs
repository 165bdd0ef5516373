//! The body of a watch, line by line.

use std::pin::Pin;
use std::time::Duration;

use futures::io::{AsyncBufRead, AsyncBufReadExt as _};
use tokio::time::Instant;

use super::owners;

/// The lines of a watch.
pub(super) struct Lines {
    body: Pin<Box<dyn AsyncBufRead + Send>>,
    line: Vec<u8>,
    begun: Instant,
}

impl Lines {
    pub(super) fn new(body: impl AsyncBufRead + Send + 'static) -> Self {
        Self { body: Box::pin(body), line: Vec::new(), begun: Instant::now() }
    }

    /// How long the watch has been open.
    pub(super) fn age(&self) -> Duration {
        self.begun.elapsed()
    }

    /// The next line without its owners of fields; nothing at the end, also where it comes in the middle of a line.
    pub(super) async fn next(&mut self) -> Result<Option<&[u8]>, kube::Error> {
        self.line.clear();
        match self.body.read_until(b'\n', &mut self.line).await {
            Ok(0) => Ok(None),
            Ok(_) => {
                owners::leave_out(&mut self.line);
                Ok(Some(&self.line))
            }
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(kube::Error::ReadEvents(error)),
        }
    }
}
