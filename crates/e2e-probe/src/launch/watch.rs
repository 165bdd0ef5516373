//! What a launch has said so far, and when it will have been silent for too long.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::event::Event;
use crate::{Budgets, Phase};

/// So many lines are kept for the report of a failure.
const LINES: usize = 20;

/// The memory of one attempt. Times are handed in, so that any history can be played to it.
#[derive(Debug)]
pub(crate) struct Watch {
    budgets: Budgets,
    started: Instant,
    heard: Option<Instant>,
    phase: Option<(Phase, Instant)>,
    lines: VecDeque<String>,
    image: Option<String>,
    /// Highest N of `Launch attempt N failed`. Lines of abandoned attempts keep coming in between.
    pub(crate) failed_attempts: u32,
    /// Whether the hub took up the work at least once.
    pub(crate) server_requested: bool,
    /// Events that were no JSON object.
    pub(crate) malformed: u32,
    /// Events that were longer than the cap.
    pub(crate) truncated: u32,
}

/// Which limit passes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// No byte for so long.
    Silence(Duration),
    /// So long in this phase.
    Phase(Phase, Duration),
    /// So long for all of it.
    Launch(Duration),
}

impl Watch {
    pub(crate) fn new(budgets: Budgets, started: Instant) -> Self {
        Self {
            budgets,
            started,
            heard: None,
            phase: None,
            lines: VecDeque::new(),
            image: None,
            failed_attempts: 0,
            server_requested: false,
            malformed: 0,
            truncated: 0,
        }
    }

    /// Some bytes came, a keepalive at least; or the request was sent.
    pub(crate) fn heard(&mut self, now: Instant) {
        self.heard = Some(now);
    }

    /// An event came.
    pub(crate) fn observe(&mut self, event: &Event, now: Instant) {
        let phase =
            event.phase.filter(|phase| !matches!(phase, Phase::Unknown | Phase::Ready | Phase::Failed));
        if let Some(phase) = phase
            && self.phase.is_none_or(|(current, _)| current != phase)
        {
            self.phase = Some((phase, now));
        }
        if let Some(image) = &event.image {
            self.image = Some(image.clone());
        }
        for line in &event.lines {
            self.server_requested |= line.starts_with("Server requested");
            if let Some(attempt) = failed_attempt(line) {
                self.failed_attempts = self.failed_attempts.max(attempt);
            }
            if self.lines.len() == LINES {
                self.lines.pop_front();
            }
            self.lines.push_back(line.clone());
        }
    }

    /// When to stop listening, and why.
    pub(crate) fn deadline(&self) -> (Instant, Limit) {
        let silence = self.budgets.silence;
        let mut first = (self.heard.unwrap_or(self.started) + silence, Limit::Silence(silence));
        let others = [
            self.phase.map(|(phase, since)| {
                let budget = self.budget(phase);
                (since + budget, Limit::Phase(phase, budget))
            }),
            Some((self.started + self.budgets.launch, Limit::Launch(self.budgets.launch))),
        ];
        for other in others.into_iter().flatten() {
            if other.0 < first.0 {
                first = other;
            }
        }
        first
    }

    fn budget(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Waiting => self.budgets.waiting,
            Phase::Fetching => self.budgets.fetching,
            Phase::Building => self.budgets.building,
            Phase::Built | Phase::Launching => self.budgets.launching,
            Phase::Ready | Phase::Failed | Phase::Unknown => self.budgets.launch,
        }
    }

    /// The phase it is in, or was in when it ended.
    pub(crate) fn phase(&self) -> Option<Phase> {
        self.phase.map(|(phase, _)| phase)
    }

    /// The image that was named last.
    pub(crate) fn image(&self) -> Option<&str> {
        self.image.as_deref()
    }

    /// The last lines, oldest first.
    pub(crate) fn last_lines(&self) -> Vec<String> {
        self.lines.iter().cloned().collect()
    }
}

/// N of `Launch attempt N failed, retrying...`.
fn failed_attempt(line: &str) -> Option<u32> {
    line.strip_prefix("Launch attempt ")?.split_once(" failed")?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(json: &str) -> Event {
        Event::parse(json).unwrap()
    }

    #[test]
    fn the_first_limit_counts() {
        let second = Duration::from_secs(1);
        let budgets = Budgets::default();
        let start = Instant::now();
        let mut watch = Watch::new(budgets, start);
        assert_eq!(watch.deadline(), (start + 60 * second, Limit::Silence(60 * second)));
        watch.heard(start + 30 * second);
        watch.observe(&event(r#"{"phase": "waiting"}"#), start + 30 * second);
        assert_eq!(watch.deadline().0, start + 90 * second);
        // Keepalives alone do not prolong a phase.
        for n in 1..5 {
            watch.heard(start + (30 + 25 * n) * second);
        }
        assert_eq!(watch.deadline(), (start + 150 * second, Limit::Phase(Phase::Waiting, 120 * second)));
        // The same phase again does not either; no phase and an unknown one change nothing.
        for json in [r#"{"phase": "waiting"}"#, r#"{"message": "x"}"#, r#"{"phase": "new"}"#] {
            watch.observe(&event(json), start + 140 * second);
        }
        assert_eq!(watch.deadline().0, start + 150 * second);
        watch.heard(start + 145 * second);
        watch.observe(&event(r#"{"phase": "building"}"#), start + 145 * second);
        assert_eq!(watch.deadline(), (start + 205 * second, Limit::Silence(60 * second)));
        watch.heard(start + 440 * second);
        watch.observe(&event(r#"{"phase": "launching"}"#), start + 440 * second);
        assert_eq!(watch.deadline(), (start + 480 * second, Limit::Launch(480 * second)));
    }

    #[test]
    fn attempts_are_counted_from_their_text() {
        let mut watch = Watch::new(Budgets::default(), Instant::now());
        for n in [1, 2, 2, 1] {
            let json =
                format!(r#"{{"phase": "launching", "message": "Launch attempt {n} failed, retrying...\n"}}"#);
            watch.observe(&event(&json), Instant::now());
        }
        assert_eq!(watch.failed_attempts, 2);
        assert_eq!(watch.last_lines().len(), 4);
        assert_eq!(failed_attempt("Launch attempt x failed"), None);
    }

    #[test]
    fn only_the_last_lines_are_kept() {
        let mut watch = Watch::new(Budgets::default(), Instant::now());
        for n in 0..50 {
            watch.observe(&event(&format!(r#"{{"message": "{n}"}}"#)), Instant::now());
        }
        assert_eq!(watch.last_lines().first().map(String::as_str), Some("30"));
        assert_eq!(watch.last_lines().len(), LINES);
    }
}
