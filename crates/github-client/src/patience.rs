//! How long a call may take, and how fast writes may follow each other.

use std::time::Duration;

/// Time limits of the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// One call with all its tries and waits.
    pub total: Duration,
    /// One try.
    pub attempt: Duration,
    /// The first pause after a failure that may pass; it doubles.
    pub pause: Duration,
    /// The time between two writes. GitHub asks for a second; less is for tests.
    pub between_writes: Duration,
    /// The first wait at a limit that names no time; it doubles. GitHub asks for a minute.
    pub unnamed_limit: Duration,
}

impl Default for Patience {
    /// 5 minutes in all, 20 s a try, pauses from 1 s, a second between writes, a minute at a limit.
    fn default() -> Self {
        Self {
            total: Duration::from_secs(300),
            attempt: Duration::from_secs(20),
            pause: Duration::from_secs(1),
            between_writes: Duration::from_secs(1),
            unnamed_limit: Duration::from_secs(60),
        }
    }
}
