//! Which watches are begun anew because they have been silent.
//!
//! A connection that dies without a word looks like one on which nothing happens. Three things tell
//! them apart, and the first two cost no request:
//!
//! - A server sends each watch a bookmark a minute, all the way through whatever lies between. A watch
//!   without one is taken for dead. Of a kind that has not changed since the server's start it sends
//!   none, so where a new beginning has found nothing the patience doubles.
//! - A watch on which no verdict hangs may stay dead until then.
//! - Of those on which one does, the one that has been silent for longest is begun anew after 30
//!   seconds ([`crate::Policy::silence`]). Ways to a cluster mostly die for all watches at once, so one
//!   is enough to ask: where it shows what had been missed, or is not answered, all that are silent are
//!   begun anew.
//!
//! So when everything is silent that costs two requests a minute, and when the watches that matter
//! speak, none. A watch that died while another one speaks is the one that is asked.

use std::time::Duration;

use tokio::time::Instant;

/// How long any watch may be: a minute between bookmarks, and time for one to be late.
const BOOKMARKS: Duration = Duration::from_secs(75);

/// What comes within this time of a watch's new beginning had been missed.
const AT_ONCE: Duration = Duration::from_secs(1);

/// How often to look whether a watch has been silent for too long: then it is noticed after 35 seconds.
pub(super) fn look(patience: Duration) -> Duration {
    patience / 6
}

/// How long the answer may take to a watch that is begun anew.
fn answer(patience: Duration) -> Duration {
    patience / 3
}

/// Since when a watch has been silent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Silence {
    heard: Instant,
    /// When it was begun anew for its silence, until it is heard again.
    asked: Option<Instant>,
    /// When it was begun anew for its silence, the last time.
    last_asked: Option<Instant>,
    /// How often in turn it was begun anew and said nothing of its own since.
    in_vain: u32,
}

impl Silence {
    pub(super) fn begin(now: Instant) -> Self {
        Self { heard: now, asked: None, last_asked: None, in_vain: 0 }
    }

    /// Notes that the watch was begun anew.
    pub(super) fn ask(&mut self, now: Instant) {
        (self.asked, self.last_asked) = (Some(now), Some(now));
    }

    /// Notes a sign of life.
    pub(super) fn hear(&mut self, now: Instant) {
        // The first word after a new beginning is the server's answer, the next its own.
        self.in_vain = if self.asked.is_some() { self.in_vain.saturating_add(1) } else { 0 };
        (self.heard, self.asked) = (now, None);
    }

    /// Whether it was begun anew and has not been heard since.
    pub(super) fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether a change that comes now had been missed while the watch was silent.
    pub(super) fn was_deaf(&self, now: Instant) -> bool {
        self.last_asked.is_some_and(|asked| now.duration_since(asked) < AT_ONCE)
    }

    fn lasts(&self, now: Instant, time: Duration) -> bool {
        now.duration_since(self.asked.unwrap_or(self.heard)) >= time
    }

    /// Whether a bookmark should have come by now.
    fn lacks_bookmark(&self, now: Instant) -> bool {
        self.lasts(now, BOOKMARKS.saturating_mul(2_u32.saturating_pow(self.in_vain)))
    }

    fn is_unanswered(&self, now: Instant, patience: Duration) -> bool {
        self.asked.is_some() && self.lasts(now, answer(patience))
    }
}

/// One of the watches that have been listed and are not in trouble.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quiet {
    pub(super) feed: usize,
    pub(super) silence: Silence,
    /// Whether a verdict hangs on it.
    pub(super) matters: bool,
}

/// Which feeds to begin anew. `alarm` says that one of them has turned out to be dead.
pub(super) fn overdue(watches: &[Quiet], alarm: bool, now: Instant, patience: Duration) -> Vec<usize> {
    let alarm = alarm || watches.iter().any(|watch| watch.silence.is_unanswered(now, patience));
    let asked_lately =
        |it: &Quiet| it.silence.last_asked.is_some_and(|asked| now.duration_since(asked) < patience);
    let turn = watches
        .iter()
        .filter(|watch| watch.matters && watch.silence.lasts(now, patience))
        .min_by_key(|watch| watch.silence.heard)
        .filter(|_| !watches.iter().any(asked_lately))
        .map(|watch| watch.feed);
    let is_overdue = |watch: &&Quiet| {
        let silence = watch.silence;
        silence.lacks_bookmark(now)
            || silence.is_unanswered(now, patience)
            || (alarm && silence.asked.is_none() && silence.lasts(now, patience))
            || turn == Some(watch.feed)
    };
    watches.iter().filter(is_overdue).map(|watch| watch.feed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    /// Watches that were heard, and perhaps asked, so many seconds ago.
    fn watches(all: &[(u64, Option<u64>, bool)], now: Instant) -> Vec<Quiet> {
        let ago = |seconds| now.checked_sub(Duration::from_secs(seconds)).unwrap();
        let quiet = |(feed, (heard, asked, matters)): (usize, &(u64, Option<u64>, bool))| {
            let mut silence = Silence::begin(ago(*heard));
            asked.iter().for_each(|asked| silence.ask(ago(*asked)));
            Quiet { feed, silence, matters: *matters }
        };
        all.iter().enumerate().map(quiet).collect()
    }

    #[test]
    fn one_is_asked_and_all_where_it_was_dead() {
        let now = Instant::now() + Duration::from_secs(1000);
        for (what, all, alarm, wanted) in [
            ("all speak", vec![(3, None, true), (29, None, true)], false, vec![]),
            ("one has died while another speaks", vec![(3, None, true), (31, None, true)], false, vec![1]),
            ("no verdict hangs on it", vec![(3, None, true), (70, None, false)], false, vec![]),
            ("not even a bookmark came", vec![(3, None, true), (76, None, false)], false, vec![1]),
            ("all are silent", vec![(31, None, true), (33, None, true), (40, None, false)], false, vec![1]),
            ("it is not answered yet", vec![(36, Some(5), true), (36, None, true)], false, vec![]),
            ("nor is it now", vec![(41, Some(10), true), (41, None, true)], false, vec![0, 1]),
            (
                "it had missed something",
                vec![(0, None, true), (36, None, true), (36, None, false)],
                true,
                vec![1, 2],
            ),
        ] {
            assert_eq!(overdue(&watches(&all, now), alarm, now, PATIENCE), wanted, "{what}");
        }
    }

    /// Who is asked when, where everybody answers and has nothing else to say.
    fn asked(matters: &[bool], seconds: u64) -> Vec<(u64, usize)> {
        let begin = Instant::now();
        let mut all = watches(&matters.iter().map(|it| (0, None, *it)).collect::<Vec<_>>(), begin);
        let mut asked = Vec::new();
        for seconds in (0..=seconds).step_by(5) {
            let now = begin + Duration::from_secs(seconds);
            for feed in overdue(&all, false, now, PATIENCE) {
                asked.push((seconds, feed));
                all[feed].silence.ask(now);
                all[feed].silence.hear(now);
            }
        }
        asked
    }

    #[test]
    fn what_is_well_takes_turns() {
        assert_eq!(asked(&[true, true], 120), [(30, 0), (60, 1), (90, 0), (120, 1)]);
    }

    #[test]
    fn without_bookmarks_the_patience_grows() {
        assert_eq!(asked(&[false], 600), [(75, 0), (225, 0), (525, 0)]);
    }
}
