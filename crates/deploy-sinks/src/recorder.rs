//! Numbers, times and masks events, and hands them to the sinks.

use std::sync::{Arc, Mutex, PoisonError};

use deploy_events::{Event, Kind, Scope, Timeline, VERSION};
use jiff::Timestamp;
use names::RunId;
use problem::ProblemRecord;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::{Error, Sink, mask};

/// Tells the time.
pub type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// Masks a text.
pub type Mask = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// A slow terminal may lag this many events behind before it loses any.
const QUEUE: usize = 4096;

/// The one place that events of a run pass; cheap to clone.
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
}

struct Shared {
    run: RunId,
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    seq: u64,
    mask: Option<Mask>,
    timeline: Timeline,
    sinks: Vec<Attached>,
}

struct Attached {
    name: String,
    queue: mpsc::Sender<Event>,
    task: JoinHandle<Result<(), Error>>,
    told: bool,
}

impl Recorder {
    /// A recorder of one run, without sinks.
    #[must_use]
    pub fn new(run: RunId, clock: Clock) -> Self {
        let state = State { seq: 0, mask: None, timeline: Timeline::default(), sinks: Vec::new() };
        Self { shared: Arc::new(Shared { run, clock, state: Mutex::new(state) }) }
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.shared.run
    }

    /// The time now, as events will carry it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.shared.clock)()
    }

    /// Adds a surface. Must be called inside a runtime.
    pub fn attach(&self, name: &str, sink: impl Sink) {
        let (queue, events) = mpsc::channel(QUEUE);
        let task = tokio::spawn(drive(sink, events));
        let attached = Attached { name: name.to_owned(), queue, task, told: false };
        self.lock().sinks.push(attached);
    }

    /// From now on every text passes `mask` first.
    pub fn set_mask(&self, mask: Mask) {
        self.lock().mask = Some(mask);
    }

    /// Records that something happened.
    pub fn emit(&self, scope: &Scope, kind: Kind) {
        let mut state = self.lock();
        let lost = state.push(self, scope, kind);
        for problem in lost {
            state.push(self, &Scope::run(), Kind::Warning { problem });
        }
    }

    /// The timeline so far.
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        self.lock().timeline.clone()
    }

    /// Waits until every sink has written all, and gives the final timeline.
    pub async fn finish(&self) -> Timeline {
        let sinks = std::mem::take(&mut self.lock().sinks);
        for Attached { queue, task, .. } in sinks {
            drop(queue);
            // A sink that failed was told when it failed; at the end there is nobody left to tell.
            let _ = task.await;
        }
        self.timeline()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is only changed by `push`, which leaves it whole; a poisoned lock is usable.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Records one event; returns what became known of failing sinks meanwhile.
    fn push(&mut self, recorder: &Recorder, scope: &Scope, kind: Kind) -> Vec<ProblemRecord> {
        let event = Event {
            v: VERSION,
            run: recorder.shared.run.clone(),
            seq: self.seq,
            at: recorder.now(),
            scope: scope.clone(),
            kind,
        };
        let event = match &self.mask {
            Some(mask) => mask::masked(event, mask.as_ref()),
            None => event,
        };
        self.seq += 1;
        self.timeline.fold(&event);
        let mut lost = Vec::new();
        for sink in &mut self.sinks {
            let full = match sink.queue.try_send(event.clone()) {
                Ok(()) => continue,
                Err(mpsc::error::TrySendError::Full(_)) => !event.kind.is_progress(),
                Err(mpsc::error::TrySendError::Closed(_)) => true,
            };
            if full && !sink.told {
                sink.told = true;
                lost.push(ProblemRecord::from_diagnose(&Error::Lagging { name: sink.name.clone() }));
            }
        }
        lost
    }
}

async fn drive(mut sink: impl Sink, mut events: mpsc::Receiver<Event>) -> Result<(), Error> {
    let mut timeline = Timeline::default();
    while let Some(event) = events.recv().await {
        timeline.fold(&event);
        sink.take(&timeline, &event)?;
    }
    sink.close(&timeline)
}
