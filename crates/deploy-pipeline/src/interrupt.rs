//! How a run is told to stop: once to settle, twice to let go.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{Stop, Why};

/// Why a run is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A person or the system asked for it.
    Signal,
    /// The deadline of the run passed.
    Deadline,
}

impl Reason {
    /// The reason in words, as Helm's history will show it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Signal => "the run was interrupted",
            Self::Deadline => "the deadline of the run passed",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Go,
    Stop(Reason),
    LetGo,
}

/// A switch that only moves forward; cheap to clone.
#[derive(Debug, Clone)]
pub struct Interrupt(Arc<watch::Sender<Level>>);

impl Default for Interrupt {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Level::Go)))
    }
}

impl Interrupt {
    /// Asks the run to stop and settle; once it is stopping, a further reason changes nothing.
    pub fn stop(&self, reason: Reason) {
        self.0.send_if_modified(|level| {
            let first = *level == Level::Go;
            if first {
                *level = Level::Stop(reason);
            }
            first
        });
    }

    /// Asks the run to end even while it settles. What is left is told, and settled by the next run.
    pub fn let_go(&self) {
        self.0.send_replace(Level::LetGo);
    }

    /// Whether it was asked to stop.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match *self.0.borrow() {
            Level::Go => None,
            Level::Stop(reason) => Some(reason),
            Level::LetGo => Some(Reason::Signal),
        }
    }

    /// Ends when the run is asked to stop.
    pub async fn stopped(&self) -> Reason {
        let mut level = self.0.subscribe();
        // The sender lives as long as `self`, so the wait cannot fail.
        let _ = level.wait_for(|level| *level != Level::Go).await;
        self.reason().unwrap_or(Reason::Signal)
    }

    /// Ends when the run is asked to let go.
    pub async fn let_gone(&self) {
        let mut level = self.0.subscribe();
        let _ = level.wait_for(|level| *level == Level::LetGo).await;
    }

    /// Ends when what goes on is to end: forward work at the first request, a settlement at the second.
    pub async fn ends(&self, phase: Phase) -> Stop {
        match phase {
            Phase::Forward => Stop::interrupted(self.stopped().await),
            Phase::Settling => {
                self.let_gone().await;
                Stop::new(Why::LetGo, crate::error::let_go())
            }
        }
    }
}

/// Which way a stage works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Towards the new release.
    Forward,
    /// Back to the verified one.
    Settling,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_counts_and_the_second_signal_lets_go() {
        let interrupt = Interrupt::default();
        assert_eq!(interrupt.reason(), None);
        interrupt.stop(Reason::Deadline);
        interrupt.stop(Reason::Signal);
        assert_eq!(interrupt.stopped().await, Reason::Deadline);
        assert_eq!(interrupt.ends(Phase::Forward).await.why, Why::Interrupted(Reason::Deadline));
        let settling = tokio::time::timeout(std::time::Duration::ZERO, interrupt.ends(Phase::Settling));
        assert!(settling.await.is_err(), "a settlement goes on after the first request");
        interrupt.let_go();
        assert_eq!(interrupt.ends(Phase::Settling).await.why, Why::LetGo);
    }
}
