//! Why a record cannot be read, written or held.

use camino::Utf8PathBuf;
use problem::{Code, Diagnose, Entry, Place};
use std::borrow::Cow;

use crate::Holder;

/// A record that is out of reach; no step begins then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another run holds the lock.
    #[error("{holder} holds the lock `{name}`")]
    Locked {
        /// The Lease.
        name: String,
        /// Who holds it.
        holder: Box<Holder>,
    },
    /// Another run wrote the ledger meanwhile, or left it unsettled.
    #[error("the ledger `{name}` belongs to {run}")]
    Overtaken {
        /// The ConfigMap.
        name: String,
        /// The other run.
        run: String,
    },
    /// A record is not one of ours.
    #[error("the record `{name}` is not one of ours")]
    NotOurs {
        /// The object.
        name: String,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// What was verified is not whole any more.
    #[error("what was verified, in `{name}`, is not whole any more")]
    Damaged {
        /// The Secret.
        name: String,
    },
    /// The cluster refuses.
    #[error("the cluster did not {verb} {kind} `{name}`")]
    Api {
        /// What was tried.
        verb: &'static str,
        /// The kind of object.
        kind: &'static str,
        /// The object.
        name: String,
        /// What the API server said.
        #[source]
        source: Box<kube::Error>,
    },
    /// The local copy cannot be written.
    #[error("the local copy of the ledger cannot be written")]
    Local {
        /// The file.
        path: Utf8PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn api(verb: &'static str, kind: &'static str, name: &str, source: kube::Error) -> Self {
        Self::Api { verb, kind, name: name.to_owned(), source: Box::new(source) }
    }
}

const LOCKED: Code = Code::new("ledger.locked");
const OVERTAKEN: Code = Code::new("ledger.overtaken");
const NOT_OURS: Code = Code::new("ledger.not_ours");
const DAMAGED: Code = Code::new("ledger.damaged");
const API: Code = Code::new("ledger.api");
const LOCAL: Code = Code::new("ledger.local");

/// All problems of this crate.
pub const PROBLEMS: &[Entry] = &[
    Entry {
        code: LOCKED,
        means: "Another run deploys this release now.",
        next: "Wait for it to end and run again; a run that died is taken over after 60 seconds of silence.",
    },
    Entry {
        code: OVERTAKEN,
        means: "The ledger in the cluster belongs to another run.",
        next: "Run `deploy up` again: it settles what the other run left.",
    },
    Entry {
        code: NOT_OURS,
        means: "A record in the cluster cannot be read.",
        next: "Look at the object; if a newer deploy wrote it, use that version. Delete it only when no run is under way.",
    },
    Entry {
        code: DAMAGED,
        means: "The copy of a verified release, or of verified manifests, was changed by hand or cut short.",
        next: "Delete the Secret; the next run verifies the live release before it changes anything.",
    },
    Entry {
        code: API,
        means: "The cluster refused a record that a step needs.",
        next: "See the cause; the credential needs get, create and update on leases, configmaps and secrets.",
    },
    Entry {
        code: LOCAL,
        means: "The local copy of the ledger cannot be written.",
        next: "Check the disk and the rights of the state folder.",
    },
];

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::Locked { .. } => LOCKED,
            Self::Overtaken { .. } => OVERTAKEN,
            Self::NotOurs { .. } => NOT_OURS,
            Self::Damaged { .. } => DAMAGED,
            Self::Api { .. } => API,
            Self::Local { .. } => LOCAL,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        PROBLEMS.iter().find(|entry| entry.code == self.code()).map(|entry| entry.next.into())
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Local { path, .. } => Some(Place::new(path.clone(), 0, 0)),
            _ => None,
        }
    }
}
