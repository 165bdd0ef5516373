//! What an operation tells while it runs.

use futures::channel::mpsc::UnboundedSender;
use helm_release::{Revision, Status};
use names::ObjectRef;

use crate::{Error, Verb};

/// One thing that happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Progress {
    /// Helm runs.
    Started {
        /// The number of its process, which is also its process group's.
        pid: u32,
    },
    /// Helm recorded something about its release.
    Recorded {
        /// The revision.
        revision: Revision,
        /// Its status now.
        status: Status,
        /// How many objects its manifest has.
        objects: usize,
    },
    /// Helm wrote an object, or tried to.
    Wrote {
        /// How.
        verb: Verb,
        /// What.
        object: ObjectRef,
        /// The API server's HTTP code.
        code: u16,
    },
    /// Helm wanted to delete an object that outlives the release, and was told that it is gone.
    Kept {
        /// The object.
        object: ObjectRef,
    },
    /// Helm said something; it may hold values, so it is masked before anyone sees it.
    Said {
        /// One line of it.
        text: String,
    },
    /// The end; nothing follows.
    Finished(Result<Done, Error>),
}

/// What an operation that went well leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// The live revision; for an uninstall the last one there was.
    pub revision: Revision,
    /// How many writes to objects there were.
    pub written: usize,
    /// How many objects the release's manifest has.
    pub objects: usize,
}

/// The sending end of an operation's progress.
#[derive(Debug, Clone)]
pub(crate) struct Events(Option<UnboundedSender<Progress>>);

impl Events {
    pub(crate) fn new(sender: UnboundedSender<Progress>) -> Self {
        Self(Some(sender))
    }

    /// Tells nobody.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    pub(crate) fn send(&self, progress: Progress) {
        if let Some(sender) = &self.0 {
            // Nobody listens any more: the operation is being cancelled for that very reason.
            let _ = sender.unbounded_send(progress);
        }
    }
}
