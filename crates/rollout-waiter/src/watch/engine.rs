//! The loop: take what has arrived, judge, tell.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::FutureExt as _;
use futures::stream::{BoxStream, SelectAll, StreamExt as _};
use kube::Client;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::clock::Clock;
use super::feed::Feed;
use super::gather::Gather;
use super::silence::{self, Quiet};
use super::source::{Report, source};
use crate::error::Error;
use crate::memory::Memory;
use crate::model::{Change, Kind};
use crate::objects::Objects;
use crate::policy::Policy;
use crate::scope::Scope;
use crate::snapshot::{Snapshot, State};
use crate::verdict::{Docket, Verdict};
use crate::words;

/// A person cannot read faster, and each one names every object.
const BETWEEN_SNAPSHOTS: Duration = Duration::from_millis(200);

/// How long the cluster may take for its first answer.
const FIRST_ANSWER: Duration = Duration::from_secs(30);

/// How long a failure is held back for the lists that explain it.
const FIRST_LISTS: Duration = Duration::from_secs(5);

/// A deadline beyond this one is none.
const FOREVER: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// One running wait.
pub(super) struct Engine {
    client: Client,
    policy: Policy,
    gather: Gather,
    objects: Objects,
    memory: Memory,
    feeds: Vec<Feed>,
    reports: SelectAll<BoxStream<'static, (usize, Report)>>,
    clock: Option<Clock>,
    began: Instant,
    docket: Docket,
    /// When to look whether a watch has been silent for too long.
    look: Instant,
    /// Whether one of them has turned out to be dead since the last look.
    alarm: bool,
    /// Whether a judgement has changed since the last snapshot.
    news: bool,
    told: Option<Told>,
}

/// The last snapshot, as far as the next one depends on it.
struct Told {
    at: Instant,
    trouble: Option<String>,
}

impl Engine {
    pub(super) fn new(client: Client, scope: Scope, policy: Policy, gather: Gather) -> Self {
        let mut reports = SelectAll::new();
        let mut feeds = Vec::new();
        for (index, watch) in scope.watches().into_iter().enumerate() {
            let anew = Arc::new(Notify::new());
            let source = source(client.clone(), watch.clone(), anew.clone());
            reports.push(source.map(move |report| (index, report)).boxed());
            feeds.push(Feed::new(watch, anew));
        }
        Self {
            client,
            policy,
            gather,
            objects: Objects::new(scope),
            memory: Memory::new(),
            feeds,
            reports,
            clock: None,
            began: Instant::now(),
            docket: Docket::default(),
            look: Instant::now(),
            alarm: false,
            news: false,
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
            self.take_all(clock).await?;
            if self.feeds.iter().all(|feed| feed.listed) {
                self.objects.set_complete();
            }
            self.news |= self.docket.review(&mut self.objects, &self.memory, clock.now(), &self.policy);
            let state = self.state();
            if state != State::Waiting {
                return self.finish(self.snapshot(state)).await;
            }
            self.check_reach()?;
            self.begin_silent_anew();
            let mut wake = self.wake(clock);
            let silent = self.told.as_ref().map(|told| told.at + BETWEEN_SNAPSHOTS);
            if self.news || self.told.as_ref().is_none_or(|told| told.trouble != self.trouble()) {
                match silent {
                    Some(silent) if silent > Instant::now() => wake = wake.min(silent),
                    _ => return Ok(self.tell(state)),
                }
            }
            tokio::select! {
                Some((feed, report)) = self.reports.next() => self.take(feed, report, clock)?,
                () = tokio::time::sleep_until(wake) => {}
            }
            if self.objects.is_complete() {
                self.gather.gather(self.docket.in_progress()).await;
            }
        }
    }

    /// When time alone may change something.
    fn wake(&self, clock: Clock) -> Instant {
        let mut wake = self.look.min(self.began + self.policy.deadline.min(FOREVER));
        if !self.is_reached() {
            wake = wake.min(self.began + FIRST_ANSWER);
        }
        if !self.objects.is_complete() && self.began.elapsed() < FIRST_LISTS {
            wake = wake.min(self.began + FIRST_LISTS);
        }
        self.docket.due().map_or(wake, |due| wake.min(clock.instant(due)))
    }

    /// Takes everything that has arrived. A connection hands over one piece at a time, and gets its
    /// turn to read the next one only when others pause.
    async fn take_all(&mut self, clock: Clock) -> Result<(), Error> {
        let mut pauses = 0;
        while pauses < 2 {
            match self.reports.next().now_or_never() {
                Some(Some((feed, report))) => {
                    self.take(feed, report, clock)?;
                    pauses = 0;
                }
                Some(None) | None => {
                    tokio::task::yield_now().await;
                    pauses += 1;
                }
            }
        }
        Ok(())
    }

    /// Begins the watches anew that have been silent for too long.
    fn begin_silent_anew(&mut self) {
        let now = Instant::now();
        if now < self.look && !self.alarm {
            return;
        }
        let unfinished = self.docket.unfinished_kinds(&self.objects);
        let matters =
            |kind: Kind| unfinished.contains(&kind) || (!unfinished.is_empty() && kind.tells_of_others());
        let quiet = self.feeds.iter().enumerate().filter(|(_, it)| it.listed && it.trouble.is_none());
        let quiet: Vec<Quiet> = quiet
            .map(|(feed, it)| Quiet { feed, silence: it.silence, matters: matters(it.watch.kind) })
            .collect();
        for feed in silence::overdue(&quiet, self.alarm, now, self.policy.silence) {
            self.feeds.get_mut(feed).into_iter().for_each(|feed| feed.begin_anew(now));
        }
        (self.look, self.alarm) = (now + silence::look(self.policy.silence), false);
    }

    fn take(&mut self, feed: usize, report: Report, clock: Clock) -> Result<(), Error> {
        let Some(feed) = self.feeds.get_mut(feed) else { return Ok(()) };
        let heard = Instant::now();
        match report {
            Report::Trouble(_) => self.alarm |= feed.silence.is_asked(),
            _ => {
                self.alarm |= !matches!(report, Report::Alive) && feed.silence.was_deaf(heard);
                feed.silence.hear(heard);
                feed.trouble = None;
            }
        }
        let mut changes = Vec::new();
        match report {
            Report::Begin => feed.listing = Some(BTreeSet::new()),
            Report::Listed(object) => {
                if let Some(listing) = &mut feed.listing {
                    listing.insert(object.meta().name.clone());
                }
                changes.push(Change::Seen(object));
            }
            Report::End => {
                feed.listed = true;
                self.objects.reveal(feed.watch.kind, feed.watch.own_name());
                if let Some(listing) = feed.listing.take() {
                    changes.extend(feed.vanished(&self.objects, &listing).map(Change::Gone));
                }
            }
            Report::Alive => {}
            Report::Changed(object) => changes.push(Change::Seen(object)),
            Report::Deleted(object) => changes.push(Change::Gone(object)),
            Report::Trouble(trouble) => {
                feed.trouble = Some(feed.survives(trouble)?);
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

    fn state(&self) -> State {
        let elapsed = self.began.elapsed();
        match self.docket.verdict(&self.objects) {
            Verdict::Ready | Verdict::Advisory => State::Ready,
            // Until everything has been listed once, the reason may be in what is still to come.
            Verdict::Failed if !self.objects.is_complete() && elapsed < FIRST_LISTS => State::Waiting,
            Verdict::Failed => State::Failed,
            Verdict::InProgress if elapsed >= self.policy.deadline => State::TimedOut,
            Verdict::InProgress => State::Waiting,
        }
    }

    fn snapshot(&self, state: State) -> Snapshot {
        Snapshot {
            state,
            objects: self.docket.judgements(&self.objects),
            last_words: Vec::new(),
            trouble: self.trouble(),
            elapsed: self.began.elapsed(),
        }
    }

    fn tell(&mut self, state: State) -> Snapshot {
        let snapshot = self.snapshot(state);
        self.told = Some(Told { at: Instant::now(), trouble: snapshot.trouble.clone() });
        self.news = false;
        snapshot
    }

    fn trouble(&self) -> Option<String> {
        self.feeds.iter().find_map(|feed| {
            let error = feed.trouble.as_ref().filter(|_| !feed.watch.is_optional())?;
            Some(format!("{}: {error}", feed.watch.resource()))
        })
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
