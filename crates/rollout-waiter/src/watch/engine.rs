//! The loop: take what has arrived, judge, tell.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::FutureExt as _;
use futures::stream::{BoxStream, SelectAll, StreamExt as _};
use jiff::Timestamp;
use kube::Client;
use tokio::time::Instant;

use super::clock::Clock;
use super::feed::Feed;
use super::source::{Report, source};
use crate::error::Error;
use crate::memory::Memory;
use crate::model::Change;
use crate::objects::Objects;
use crate::policy::Policy;
use crate::scope::{Scope, Watch};
use crate::snapshot::{Snapshot, State};
use crate::verdict::{Judgements, Verdict, verdict};
use crate::words;

/// A person cannot read faster.
const BETWEEN_SNAPSHOTS: Duration = Duration::from_millis(100);

/// How long the cluster may take for its first answer.
const FIRST_ANSWER: Duration = Duration::from_secs(30);

/// How long a failure is held back for the lists that explain it.
const FIRST_LISTS: Duration = Duration::from_secs(5);

/// A deadline beyond this one is none.
const FOREVER: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// After a verdict that took one millisecond, the next may come after four more.
const REST: u32 = 4;

/// So many unfinished objects double the rest: they do not all get ready in one moment.
const FAR_FROM_DONE: usize = 8;

/// A failure is not held back for longer.
const LONGEST_REST: Duration = Duration::from_millis(250);

/// One running wait.
pub(super) struct Engine {
    client: Client,
    policy: Policy,
    objects: Objects,
    memory: Memory,
    feeds: Vec<Feed>,
    reports: SelectAll<BoxStream<'static, (usize, Report)>>,
    clock: Option<Clock>,
    began: Instant,
    rest_until: Instant,
    told: Option<(Instant, Snapshot)>,
}

impl Engine {
    pub(super) fn new(client: Client, scope: Scope, policy: Policy) -> Self {
        let watches: Vec<Watch> = scope.watches().into_iter().collect();
        let mut reports = SelectAll::new();
        for (index, watch) in watches.iter().enumerate() {
            let source = source(client.clone(), watch.clone());
            reports.push(source.map(move |report| (index, report)).boxed());
        }
        let feeds = watches.into_iter().map(Feed::new).collect();
        Self {
            client,
            policy,
            objects: Objects::new(scope),
            memory: Memory::new(),
            feeds,
            reports,
            clock: None,
            began: Instant::now(),
            rest_until: Instant::now(),
            told: None,
        }
    }

    /// The next snapshot that differs from the one before.
    pub(super) async fn next(&mut self) -> Result<Snapshot, Error> {
        let clock = match self.clock {
            Some(clock) => clock,
            None => {
                let clock = Clock::ask(&self.client).await;
                self.began = Instant::now();
                *self.clock.insert(clock)
            }
        };
        loop {
            while let Some(Some((feed, report))) = self.reports.next().now_or_never() {
                self.take(feed, report, clock)?;
            }
            if self.feeds.iter().all(|feed| feed.listed) {
                self.objects.set_complete();
            }
            let begin = Instant::now();
            let judgements = verdict(&self.objects, &self.memory, clock.now(), &self.policy);
            let unfinished = judgements.objects.iter().filter(|it| it.verdict == Verdict::InProgress).count();
            self.rest_until = Instant::now() + rest(begin.elapsed(), unfinished);
            let due = judgements.due;
            let snapshot = self.snapshot(judgements);
            if snapshot.is_final() {
                return self.finish(snapshot).await;
            }
            self.check_reach()?;
            let mut wake = self.wake(due, clock);
            match &self.told {
                Some((_, told)) if told.looks_like(&snapshot) => {}
                Some((at, _)) if at.elapsed() < BETWEEN_SNAPSHOTS => wake = wake.min(*at + BETWEEN_SNAPSHOTS),
                _ => {
                    self.told = Some((Instant::now(), snapshot.clone()));
                    return Ok(snapshot);
                }
            }
            tokio::select! {
                Some((feed, report)) = self.reports.next() => self.take(feed, report, clock)?,
                () = tokio::time::sleep_until(wake) => {}
            }
            self.rest(clock).await?;
        }
    }

    /// When time alone may change something.
    fn wake(&self, due: Option<Timestamp>, clock: Clock) -> Instant {
        let mut wake = self.began + self.policy.deadline.min(FOREVER);
        if !self.is_reached() {
            wake = wake.min(self.began + FIRST_ANSWER);
        }
        if !self.objects.is_complete() && self.began.elapsed() < FIRST_LISTS {
            wake = wake.min(self.began + FIRST_LISTS);
        }
        due.map_or(wake, |due| wake.min(clock.instant(due)))
    }

    /// Takes what comes while there was enough judging: a thousand Deployments change a thousand
    /// times a second, and a verdict on each change would be a verdict on all of them.
    async fn rest(&mut self, clock: Clock) -> Result<(), Error> {
        while Instant::now() < self.rest_until {
            tokio::select! {
                Some((feed, report)) = self.reports.next() => self.take(feed, report, clock)?,
                () = tokio::time::sleep_until(self.rest_until) => {}
            }
        }
        Ok(())
    }

    fn take(&mut self, feed: usize, report: Report, clock: Clock) -> Result<(), Error> {
        let Some(feed) = self.feeds.get_mut(feed) else { return Ok(()) };
        if !matches!(report, Report::Trouble(_)) {
            feed.trouble = None;
        }
        let mut changes = Vec::new();
        match report {
            Report::Begin => feed.listing = Some(BTreeSet::new()),
            Report::Listed(object) => {
                if let (Some(object), Some(listing)) = (object, &mut feed.listing) {
                    listing.insert(object.meta().name.clone());
                    changes.push(Change::Seen(object));
                }
            }
            Report::End => {
                feed.listed = true;
                self.objects.reveal(feed.watch.kind, feed.watch.own_name());
                if let Some(listing) = feed.listing.take() {
                    changes.extend(feed.vanished(&self.objects, &listing).map(Change::Gone));
                }
            }
            Report::Changed(object) => changes.extend(object.map(Change::Seen)),
            Report::Deleted(object) => changes.extend(object.map(Change::Gone)),
            Report::Trouble(error) => {
                feed.trouble = Some(feed.survives(error)?);
                // What could be read before is still known; what never could, nobody waits for.
                if feed.watch.is_optional() && self.objects.of_kind(feed.watch.kind).next().is_none() {
                    self.objects.hide(feed.watch.kind, feed.watch.own_name());
                }
            }
        }
        let now = clock.now();
        changes.retain(|change| self.objects.concerns(change.object()));
        for change in changes {
            self.memory.observe(&change, now);
            self.objects.apply(change);
        }
        Ok(())
    }

    fn snapshot(&self, judgements: Judgements) -> Snapshot {
        let elapsed = self.began.elapsed();
        let late = elapsed >= self.policy.deadline;
        let state = match judgements.verdict {
            Verdict::Ready | Verdict::Advisory => State::Ready,
            // Until everything has been listed once, the reason may be in what is still to come.
            Verdict::Failed if !self.objects.is_complete() && elapsed < FIRST_LISTS => State::Waiting,
            Verdict::Failed => State::Failed,
            Verdict::InProgress if late => State::TimedOut,
            Verdict::InProgress => State::Waiting,
        };
        let trouble = self.feeds.iter().find_map(|feed| {
            let error = feed.trouble.as_ref().filter(|_| !feed.watch.is_optional())?;
            Some(format!("{}: {error}", feed.watch.resource()))
        });
        Snapshot { state, objects: judgements.objects, last_words: Vec::new(), trouble, elapsed }
    }

    fn is_reached(&self) -> bool {
        self.feeds.is_empty() || self.feeds.iter().any(|feed| feed.listed && !feed.watch.is_optional())
    }

    /// A cluster that has not answered anything by now is the wrong address rather than a hiccup.
    fn check_reach(&mut self) -> Result<(), Error> {
        if self.is_reached() || self.began.elapsed() < FIRST_ANSWER {
            return Ok(());
        }
        Err(self.unreachable(FIRST_ANSWER))
    }

    fn unreachable(&mut self, patience: Duration) -> Error {
        let source = self.feeds.iter_mut().find_map(|feed| feed.trouble.take());
        Error::Unreachable { seconds: patience.as_secs(), source: source.map(Box::new) }
    }

    async fn finish(&mut self, mut snapshot: Snapshot) -> Result<Snapshot, Error> {
        if snapshot.state == State::TimedOut && !self.feeds.iter().all(|feed| feed.listed) {
            return Err(self.unreachable(self.policy.deadline));
        }
        let finding = match snapshot.state {
            State::Failed | State::TimedOut => snapshot.culprit().and_then(|culprit| culprit.finding.clone()),
            State::Ready | State::Waiting => None,
        };
        if let Some(finding) = finding.filter(|finding| finding.cause.leaves_a_log()) {
            if self.policy.fetch_logs {
                snapshot.last_words = words::fetch(&self.client, &finding).await;
            }
            if snapshot.last_words.is_empty() {
                let uid = self.objects.pod(&finding.guilty).map_or("", |pod| &pod.metadata.uid);
                let container = finding.container.as_deref().unwrap_or_default();
                snapshot.last_words = self.memory.message_of_end(uid, container);
            }
        }
        Ok(snapshot)
    }
}

/// How long to rest after a verdict of that cost: long in the middle of a large rollout, hardly at
/// its end, when somebody waits for the last word.
fn rest(cost: Duration, unfinished: usize) -> Duration {
    let least = cost.saturating_mul(REST);
    let times = u32::try_from(unfinished / FAR_FROM_DONE + 1).unwrap_or(u32::MAX);
    least.saturating_mul(times).min(least.max(LONGEST_REST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_short_at_the_end_and_bounded_in_the_middle() {
        let cost = Duration::from_millis(2);
        assert_eq!(rest(cost, 0), Duration::from_millis(8));
        assert_eq!(rest(cost, 16), Duration::from_millis(24));
        assert_eq!(rest(cost, 1000), LONGEST_REST);
        assert_eq!(rest(Duration::from_secs(1), 1000), Duration::from_secs(4));
        assert_eq!(rest(Duration::ZERO, usize::MAX), Duration::ZERO);
    }
}
