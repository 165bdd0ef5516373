//! How long an announcement may take.

use std::time::Duration;

/// Time limits of one call, retries included: an announcement must never hold up a deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// All tries together.
    pub total: Duration,
    /// One try.
    pub attempt: Duration,
    /// The pause between two tries.
    pub pause: Duration,
}

impl Default for Budget {
    /// 5 s in all, 2 s a try, 250 ms between two.
    fn default() -> Self {
        Self {
            total: Duration::from_secs(5),
            attempt: Duration::from_secs(2),
            pause: Duration::from_millis(250),
        }
    }
}
