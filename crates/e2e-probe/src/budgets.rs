//! How long each thing may take.

use std::time::Duration;

/// Time limits. The defaults judge a real member; tests make them smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    /// One plain request with its whole answer. A BinderHub whose hub is frozen answers `/health`
    /// after 11 s, and that answer is wanted.
    pub answer: Duration,
    /// How long a check may be asked again while something just rolled out finds its place.
    pub settle: Duration,
    /// The pause between two tries.
    pub pause: Duration,
    /// The longest pause between two samples of `/health`. BinderHub answers it from a cache of 15 s.
    pub sample_gap: Duration,
    /// No byte at all on the stream of a launch. BinderHub sends a keepalive every 25 s.
    pub silence: Duration,
    /// In phase `waiting`: the build pod is scheduled and pulls its image.
    pub waiting: Duration,
    /// In phase `fetching`.
    pub fetching: Duration,
    /// In phase `building`.
    pub building: Duration,
    /// In the phases `built` and `launching`. BinderHub itself tries four times, with pauses of
    /// 4, 8 and 16 s.
    pub launching: Duration,
    /// The whole launch, retries included.
    pub launch: Duration,
    /// From the order to stop until the server's URL no longer answers. The hub notices an ended
    /// server within 30 s.
    pub shutdown: Duration,
}

impl Default for Budgets {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            answer: seconds(15),
            settle: seconds(10),
            pause: seconds(1),
            sample_gap: seconds(16),
            silence: seconds(60),
            waiting: seconds(120),
            fetching: seconds(120),
            building: seconds(300),
            launching: seconds(180),
            launch: seconds(480),
            shutdown: seconds(60),
        }
    }
}
