//! A program read until it and its pipes have ended.

use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use crate::group::Group;
use crate::pipes::{Chunk, Pipes};
use crate::{Error, Exit};

/// How long the pipes of an ended program may be silent before they count as ended. Its group is
/// dead by then; only a process that left the group on purpose can still hold them.
const QUIET: Duration = Duration::from_millis(500);

/// A program whose end and whose pipes are watched together.
#[derive(Debug)]
pub(crate) struct Watched {
    group: Group,
    pipes: Pipes,
}

impl Watched {
    pub(crate) fn new(mut group: Group) -> Self {
        let child = group.child();
        let pipes = Pipes::new(child.stdout.take(), child.stderr.take());
        Self { group, pipes }
    }

    pub(crate) fn group(&self) -> &Group {
        &self.group
    }

    /// The next bytes, or `None` when there will be no more. Safe to cancel.
    pub(crate) async fn read(&mut self) -> Option<Chunk> {
        loop {
            if self.group.exit().is_some() {
                let Ok(chunk) = timeout(QUIET, self.pipes.read()).await else {
                    self.pipes.close();
                    return None;
                };
                return chunk;
            }
            tokio::select! {
                chunk = self.pipes.read() => return chunk,
                ended = self.group.ended() => {
                    // What the program left behind would hold the pipes open. A refusal, or an
                    // end that cannot be observed, is told by `reap`.
                    if ended.and_then(|_| self.group.kill()).is_err() {
                        self.pipes.close();
                    }
                }
            }
        }
    }

    /// The end of the program, once there is nothing left to read.
    pub(crate) async fn reap(&mut self) -> Result<Exit, Error> {
        self.group.reap().await
    }

    /// Asks the group to end, hands what it still says to `take`, and kills the rest after `grace`.
    pub(crate) async fn stop(&mut self, grace: Duration, mut take: impl FnMut(Chunk)) -> Result<(), Error> {
        let deadline = Instant::now() + grace;
        self.group.terminate()?;
        let gone = timeout_at(deadline, async {
            while let Some(chunk) = self.pipes.read().await {
                take(chunk);
            }
            self.group.ended().await
        });
        match gone.await {
            Ok(Err(error)) => Err(error),
            Ok(Ok(_)) | Err(_) => self.group.kill(),
        }
    }
}
