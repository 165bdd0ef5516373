//! Why there is no cluster to talk to.

use camino::Utf8PathBuf;
use problem::{Code, Diagnose, Entry, Place};
use std::borrow::Cow;

/// A login that failed; nothing was written anywhere.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The kubeconfig cannot be read or is none.
    #[error("the kubeconfig cannot be read")]
    Unreadable {
        /// The file.
        path: Utf8PathBuf,
        /// Why, where it holds no secret.
        #[source]
        source: Option<Box<kube::config::KubeconfigError>>,
    },
    /// The kubeconfig names no usable cluster and user.
    #[error("the kubeconfig names no usable cluster and user")]
    Unusable {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        #[source]
        source: Box<kube::config::KubeconfigError>,
    },
    /// Certificates or credentials of the kubeconfig are not usable.
    #[error("no client can be made from the kubeconfig")]
    Client {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        #[source]
        source: Box<kube::Error>,
    },
    /// The cluster does not answer.
    #[error("the cluster at {server} does not answer")]
    Unreachable {
        /// The file.
        path: Utf8PathBuf,
        /// Its address.
        server: String,
        /// What the network said; none where it said nothing for ten seconds.
        #[source]
        source: Option<Box<kube::Error>>,
    },
    /// The cluster does not know the credential.
    #[error("the cluster at {server} does not accept the credential")]
    Unauthorised {
        /// The file.
        path: Utf8PathBuf,
        /// Its address.
        server: String,
    },
}

const UNREADABLE: Code = Code::new("cluster.kubeconfig_unreadable");
const UNUSABLE: Code = Code::new("cluster.kubeconfig_unusable");
const CLIENT: Code = Code::new("cluster.no_client");
const UNREACHABLE: Code = Code::new("cluster.unreachable");
const UNAUTHORISED: Code = Code::new("cluster.unauthorised");

/// All problems of this crate.
pub const PROBLEMS: &[Entry] = &[
    Entry {
        code: UNREADABLE,
        means: "A kubeconfig is missing, or is no kubeconfig.",
        next: "Name one with --kubeconfig FILE or KUBECONFIG; for a trial on this machine: cargo xtask sandbox up.",
    },
    Entry {
        code: UNUSABLE,
        means: "A kubeconfig has no such context, cluster or user.",
        next: "List its contexts with `kubectl config get-contexts` and choose one with --context NAME.",
    },
    Entry {
        code: CLIENT,
        means: "The certificates or credentials of a kubeconfig cannot be used.",
        next: "Fetch a fresh kubeconfig from the provider of the cluster.",
    },
    Entry {
        code: UNREACHABLE,
        means: "The API server of a cluster does not answer.",
        next: "Check the address, the network and the cluster's own status page; nothing was written.",
    },
    Entry {
        code: UNAUTHORISED,
        means: "The API server does not accept the credential.",
        next: "The token or certificate has expired or was revoked: fetch a fresh kubeconfig.",
    },
];

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::Unreadable { .. } => UNREADABLE,
            Self::Unusable { .. } => UNUSABLE,
            Self::Client { .. } => CLIENT,
            Self::Unreachable { .. } => UNREACHABLE,
            Self::Unauthorised { .. } => UNAUTHORISED,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        PROBLEMS.iter().find(|entry| entry.code == self.code()).map(|entry| entry.next.into())
    }

    fn place(&self) -> Option<Place> {
        let (Self::Unreadable { path, .. }
        | Self::Unusable { path, .. }
        | Self::Client { path, .. }
        | Self::Unreachable { path, .. }
        | Self::Unauthorised { path, .. }) = self;
        Some(Place::new(path.clone(), 0, 0))
    }
}
