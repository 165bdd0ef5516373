//! A program that runs: its lines, its end, and how to end it.

use std::time::Duration;

use crate::group::Group;
use crate::lines::Lines;
use crate::watched::Watched;
use crate::{Error, Exit, Line, Stream};

/// A running program, leader of its own process group. Dropping it kills the group.
///
/// Read [`next`](Self::next) to its end, then [`wait`](Self::wait). All methods are safe to cancel.
#[derive(Debug)]
pub struct Running {
    watched: Watched,
    lines: Lines,
}

impl Running {
    pub(crate) fn new(group: Group) -> Self {
        Self { watched: Watched::new(group), lines: Lines::default() }
    }

    /// The number of the process, which is also the number of its group.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.watched.group().id()
    }

    /// How many lines were given up because [`wait`](Self::wait) or [`stop`](Self::stop) had to read
    /// more than a mebibyte that nobody took by [`next`](Self::next); the newest lines are kept.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.lines.dropped()
    }

    /// The next line of either stream, in order within each; `None` when both have ended.
    ///
    /// A program that nobody reads is held up by its full pipe, so memory stays bounded.
    pub async fn next(&mut self) -> Option<Line> {
        loop {
            if let Some(line) = self.lines.pop() {
                return Some(line);
            }
            match self.watched.read().await {
                Some(chunk) => self.lines.push(chunk),
                None => {
                    self.lines.finish();
                    return self.lines.pop();
                }
            }
        }
    }

    /// The next bytes of either stream as they come, for whoever handles bytes and not lines; `None`
    /// when both have ended. What was read so is not seen by [`next`](Self::next).
    pub async fn bytes(&mut self) -> Option<(Stream, Vec<u8>)> {
        self.watched.read().await
    }

    /// Waits for the end of the program, reading what it still says; those lines can be had from
    /// [`next`](Self::next) afterwards. Whatever it left behind in its group is killed.
    ///
    /// # Errors
    /// [`Error::Watch`] where its end cannot be observed, [`Error::Signal`] where what it left
    /// behind cannot be killed.
    pub async fn wait(&mut self) -> Result<Exit, Error> {
        while let Some(chunk) = self.watched.read().await {
            self.lines.push(chunk);
            self.lines.bound();
        }
        self.lines.finish();
        self.watched.reap().await
    }

    /// Asks the whole group to end, and does not wait for it: whoever reads on sees its last words.
    ///
    /// # Errors
    /// [`Error::Signal`].
    pub fn terminate(&self) -> Result<(), Error> {
        self.watched.group().terminate()
    }

    /// Asks the whole group to end, and kills what is left of it after `grace`.
    ///
    /// The group has ended when its leader has, and nobody holds its output any more. What it says
    /// meanwhile can be had from [`next`](Self::next) afterwards.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub async fn stop(&mut self, grace: Duration) -> Result<Exit, Error> {
        let lines = &mut self.lines;
        let take = |chunk| {
            lines.push(chunk);
            lines.bound();
        };
        self.watched.stop(grace, take).await?;
        self.wait().await
    }
}
