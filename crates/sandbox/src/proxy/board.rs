//! The faults in force, and which of them hits a request.

use std::time::Duration;
use tokio::time::Instant;

use super::fault::{Asked, Effect, Fault};

/// A fault in force.
#[derive(Debug, Clone)]
pub(super) struct Active {
    pub(super) id: u64,
    pub(super) fault: Fault,
    pub(super) injected: u32,
    ends: Option<Instant>,
}

/// A fault that hits a request now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) id: u64,
    pub(super) effect: Effect,
    /// Until when it lasts; for ever when there is none.
    pub(super) ends: Option<Instant>,
}

/// All faults in force. Time is told by the caller.
#[derive(Debug, Default)]
pub(super) struct Board {
    last_id: u64,
    active: Vec<Active>,
}

impl Board {
    pub(super) fn post(&mut self, fault: Fault, now: Instant) -> u64 {
        self.last_id += 1;
        let ends = fault.for_ms.map(|ms| now + Duration::from_millis(ms));
        self.active.push(Active { id: self.last_id, fault, injected: 0, ends });
        self.last_id
    }

    pub(super) fn reset(&mut self) {
        self.active.clear();
    }

    pub(super) fn active(&self) -> &[Active] {
        &self.active
    }

    /// The first fault that hits a new request; it counts as injected from here on.
    pub(super) fn hit_request(&mut self, request: &Asked, now: Instant) -> Option<Hit> {
        self.hit(request, now, |_| true)
    }

    /// The first fault that hits a stream under way.
    pub(super) fn hit_stream(&mut self, request: &Asked, now: Instant) -> Option<Hit> {
        self.hit(request, now, |effect| matches!(effect, Effect::Cut { after: false } | Effect::Hang))
    }

    /// Whether the fault `id` is still in force.
    pub(super) fn lasts(&self, id: u64, now: Instant) -> bool {
        let mut known = self.active.iter().filter(|active| active.id == id);
        known.any(|active| active.ends.is_none_or(|ends| now < ends))
    }

    fn hit(&mut self, request: &Asked, now: Instant, fits: impl Fn(&Effect) -> bool) -> Option<Hit> {
        let active = self.active.iter_mut().find(|active| {
            active.ends.is_none_or(|ends| now < ends)
                && active.fault.times.is_none_or(|times| active.injected < times)
                && fits(&active.fault.effect)
                && active.fault.target.fits(request)
        })?;
        active.injected += 1;
        Some(Hit { id: active.id, effect: active.fault.effect.clone(), ends: active.ends })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::fault::Target;

    fn fault(effect: Effect, times: Option<u32>, for_ms: Option<u64>) -> Fault {
        let target = Target { method: Some("GET".to_owned()), ..Target::default() };
        Fault { effect, target, times, for_ms }
    }

    fn asked(method: &str) -> Asked {
        Asked { method: method.to_owned(), path: "/api".to_owned(), user_agent: String::new() }
    }

    #[test]
    fn a_fault_hits_as_often_as_ordered_and_only_its_target() {
        let mut board = Board::default();
        let now = Instant::now();
        board.post(fault(Effect::Cut { after: false }, Some(2), None), now);
        assert_eq!(board.hit_request(&asked("PUT"), now), None);
        for expected in [true, true, false] {
            assert_eq!(board.hit_request(&asked("GET"), now).is_some(), expected);
        }
    }

    #[test]
    fn a_fault_ends_with_its_time_and_with_a_reset() {
        let mut board = Board::default();
        let now = Instant::now();
        let id = board.post(fault(Effect::Hang, None, Some(100)), now);
        let later = now + Duration::from_millis(100);
        assert!(board.hit_request(&asked("GET"), now).is_some() && board.lasts(id, now));
        assert!(board.hit_request(&asked("GET"), later).is_none() && !board.lasts(id, later));
        board.reset();
        assert!(!board.lasts(id, now));
    }

    #[test]
    fn a_stream_under_way_is_neither_delayed_nor_answered_anew() {
        let mut board = Board::default();
        let now = Instant::now();
        board.post(fault(Effect::Delay { ms: 1 }, None, None), now);
        board.post(fault(Effect::Cut { after: true }, None, None), now);
        assert_eq!(board.hit_stream(&asked("GET"), now), None);
        board.post(fault(Effect::Hang, None, None), now);
        assert!(board.hit_stream(&asked("GET"), now).is_some());
    }
}
