//! A running operation as its caller holds it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};

use crate::Error;
use crate::progress::{Done, Events, Progress};
use crate::relay::Switch;

/// Helm at work: a stream of [`Progress`] whose last item is [`Progress::Finished`].
///
/// Dropping it cancels: Helm is told so through the relay, records the failure and ends by itself
/// shortly after, in the background.
#[derive(Debug)]
pub struct Operation {
    progress: UnboundedReceiver<Progress>,
    control: Control,
    finished: bool,
}

/// The hand on a running operation; clones hold the same one.
#[derive(Debug, Clone)]
pub struct Control(Switch);

impl Control {
    /// Ends the operation cleanly: no object is written any more, Helm records the release as failed
    /// with `reason` in its description. A second call changes nothing.
    pub fn cancel(&self, reason: &str) {
        self.0.cancel(reason);
    }

    /// Ends the operation at once, because the right to write is gone: nothing is written any more, not
    /// even Helm's record, which is left for whoever has the right now.
    pub fn fence(&self, reason: &str) {
        self.0.fence(reason);
    }
}

impl Operation {
    /// Starts `work` in the background.
    pub(crate) fn start<F>(work: impl FnOnce(Switch, Events) -> F) -> Self
    where
        F: Future<Output = Result<Done, Error>> + Send + 'static,
    {
        let switch = Switch::new();
        let (sender, progress) = unbounded();
        let events = Events::new(sender);
        let work = work(switch.clone(), events.clone());
        tokio::spawn(async move { events.send(Progress::Finished(work.await)) });
        Self { progress, control: Control(switch), finished: false }
    }

    /// The hand on this operation.
    #[must_use]
    pub fn control(&self) -> Control {
        self.control.clone()
    }
}

impl Stream for Operation {
    type Item = Progress;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Progress>> {
        let next = Pin::new(&mut self.progress).poll_next(context);
        if matches!(next, Poll::Ready(Some(Progress::Finished(_)) | None)) {
            self.finished = true;
        }
        next
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if !self.finished {
            self.control.cancel("whoever started this is no longer there");
        }
    }
}
