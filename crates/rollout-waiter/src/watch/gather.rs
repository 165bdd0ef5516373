//! How long changes gather before they are taken and judged together.
//!
//! A large rollout changes a thousand times a second, and to be woken for each change costs more than
//! the change.

use std::time::Duration;

/// So many unfinished objects are worth one millisecond of gathering: near the end there is none.
const UNFINISHED_A_MILLISECOND: usize = 4;

/// Shorter than anybody notices, far from the end.
const LONGEST: Duration = Duration::from_millis(50);

/// What the thread does while changes gather.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gather {
    /// It serves others. Each piece that arrives wakes it.
    Beside,
    /// It sleeps, since it has nothing else to do. What arrives waits in the kernel.
    Alone,
}

impl Gather {
    /// Gathers for as long as so many unfinished objects are worth.
    pub(super) async fn gather(self, unfinished: usize) {
        let time = time(unfinished);
        match self {
            _ if time.is_zero() => {}
            Self::Beside => tokio::time::sleep(time).await,
            Self::Alone => std::thread::sleep(time),
        }
    }
}

fn time(unfinished: usize) -> Duration {
    let milliseconds = u64::try_from(unfinished / UNFINISHED_A_MILLISECOND).unwrap_or(u64::MAX);
    Duration::from_millis(milliseconds).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_the_end_nothing_is_held_back() {
        let milliseconds = [0, 3, 4, 100, 1000, usize::MAX].map(|unfinished| time(unfinished).as_millis());
        assert_eq!(milliseconds, [0, 0, 1, 25, 50, 50]);
    }
}
