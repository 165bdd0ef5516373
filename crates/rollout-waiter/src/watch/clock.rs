//! The cluster's clock: its own word once, then our monotonic one.
//!
//! Server times are only ever compared with this clock, never with the machine's.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kube::Client;
use kube::client::Body;
use tokio::time::Instant;

const PATIENCE: Duration = Duration::from_secs(5);

/// Maps monotonic time to the cluster's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    origin: Instant,
    base: Timestamp,
}

impl Clock {
    /// Asks the server. Without an answer the clock starts in 1970: then nothing that the server
    /// dates counts as old, and every grace runs from the first sighting.
    pub(super) async fn ask(client: &Client) -> Self {
        let said = tokio::time::timeout(PATIENCE, date(client)).await.ok().flatten();
        Self { origin: Instant::now(), base: said.unwrap_or(Timestamp::UNIX_EPOCH) }
    }

    pub(super) fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.origin.elapsed()).unwrap_or_default();
        self.base.checked_add(elapsed).unwrap_or(self.base)
    }

    /// The monotonic moment at which the cluster's clock shows `time`.
    pub(super) fn instant(&self, time: Timestamp) -> Instant {
        let ahead = Duration::try_from(time.duration_since(self.base)).unwrap_or_default();
        self.origin.checked_add(ahead).unwrap_or(self.origin)
    }
}

async fn date(client: &Client) -> Option<Timestamp> {
    let request = http::Request::get("/version").body(Body::empty()).ok()?;
    let response = client.send(request).await.ok()?;
    read(response.headers().get(http::header::DATE)?.to_str().ok()?)
}

fn read(date: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(date).ok().map(|date| date.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_is_read() {
        let read = read("Sat, 21 Nov 2026 06:20:05 GMT").unwrap();
        assert_eq!(read.to_string(), "2026-11-21T06:20:05Z");
    }

    #[tokio::test(start_paused = true)]
    async fn it_runs_as_the_monotonic_clock_does() {
        let base: Timestamp = "2026-11-21T06:20:05Z".parse().unwrap();
        let clock = Clock { origin: Instant::now(), base };
        let later = clock.instant("2026-11-21T06:20:08Z".parse().unwrap());
        tokio::time::sleep_until(later).await;
        assert_eq!(clock.now().duration_since(base).as_secs(), 3);
    }
}
