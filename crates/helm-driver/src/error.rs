//! Everything that can go wrong, each with its code and the next step.

use std::borrow::Cow;
use std::io;
use std::time::Duration;

use camino::Utf8PathBuf;
use helm_release::Revision;
use names::{Namespace, ObjectRef, ReleaseName};
use problem::{Code, Diagnose, Place};
use semver::{Version, VersionReq};

use crate::chart::ChartDigest;
use crate::class::{self, PROBLEMS};
use crate::{Failure, Left};

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The binary cannot be started.
    #[error("cannot ask {path} for its version")]
    NoHelm {
        /// The binary.
        path: Utf8PathBuf,
        /// Why.
        #[source]
        source: child::Error,
    },
    /// The binary is not Helm.
    #[error("{path} says `{said}` where Helm says its version")]
    NotHelm {
        /// The binary.
        path: Utf8PathBuf,
        /// What it said.
        said: String,
    },
    /// The binary has another name.
    #[error("{path} is not called `helm`")]
    Name {
        /// The binary.
        path: Utf8PathBuf,
    },
    /// The version is too old or too new.
    #[error("{path} is Helm {version}")]
    Version {
        /// The binary.
        path: Utf8PathBuf,
        /// Its version.
        version: Version,
    },
    /// The version is not the one that the deployment was made for.
    #[error("{path} is Helm {version}, and the deployment is pinned to {pin}")]
    Pin {
        /// The binary.
        path: Utf8PathBuf,
        /// Its version.
        version: Version,
        /// What it must be.
        pin: VersionReq,
    },
    /// The system gives no randomness for the relay's credential.
    #[error("cannot make a credential for Helm")]
    Random {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The directory for Helm's own files cannot be made.
    #[error("cannot make the directory {path}")]
    Homes {
        /// The directory.
        path: Utf8PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The relay cannot listen on loopback.
    #[error("cannot listen for Helm on this machine")]
    Relay {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Helm cannot be started or watched.
    #[error("cannot run Helm")]
    Child(#[source] child::Error),
    /// No chart there.
    #[error("there is no chart at {path}")]
    ChartMissing {
        /// The path.
        path: Utf8PathBuf,
    },
    /// A file of the chart cannot be read.
    #[error("cannot read {path} of the chart")]
    ChartUnreadable {
        /// The path.
        path: Utf8PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file of the chart is ciphertext.
    #[error("{path} is encrypted and would go into the chart so")]
    ChartSealed {
        /// The file.
        path: Utf8PathBuf,
    },
    /// A packed chart is none.
    #[error("{path} is not a packed chart")]
    ChartPacked {
        /// The archive.
        path: Utf8PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A chart of a registry is not what it must be.
    #[error("the chart {chart} is {found}, and must be {wanted}")]
    ChartDigest {
        /// The chart.
        chart: Utf8PathBuf,
        /// What it must be.
        wanted: ChartDigest,
        /// What it is.
        found: ChartDigest,
    },
    /// The chart asks for one version of a chart inside it and holds another.
    #[error("the chart asks for {name} {wanted} and holds {found}")]
    ChartVendored {
        /// The chart inside.
        name: String,
        /// What `Chart.yaml` asks for.
        wanted: String,
        /// What `charts/` holds.
        found: String,
        /// Where it is asked for.
        place: Box<Place>,
    },
    /// A values file cannot be read.
    #[error("cannot read the values file {path}")]
    ValuesMissing {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A values file is ciphertext.
    #[error("the values file {path} is encrypted")]
    ValuesSealed {
        /// The file.
        path: Utf8PathBuf,
    },
    /// A values file is not text.
    #[error("the values file {} has {what}", place.file)]
    ValuesText {
        /// What it has that text has not.
        what: &'static str,
        /// Where.
        place: Place,
    },
    /// A values file is no YAML.
    #[error("the values file {} is not valid YAML: {reason}", place.file)]
    ValuesYaml {
        /// The parser's words.
        reason: String,
        /// Where; with the line unless the file is sealed.
        place: Place,
    },
    /// A label cannot be one.
    #[error("`{label}` cannot be a label of the release: {why}")]
    Label {
        /// The label as given.
        label: String,
        /// The rule it breaks.
        why: &'static str,
    },
    /// Helm failed.
    #[error("{0}")]
    Failed(Box<Failure>),
    /// Cancelled by us.
    #[error("cancelled: {reason}")]
    Cancelled {
        /// The reason that was given.
        reason: String,
        /// What is left behind.
        left: Box<Left>,
    },
    /// Fenced by us.
    #[error("stopped writing: {reason}")]
    Fenced {
        /// The reason that was given.
        reason: String,
        /// What is left behind.
        left: Box<Left>,
    },
    /// Our own clock ran out.
    #[error("Helm did not end within {} s{}", after.as_secs(), waiting(left))]
    TimedOut {
        /// The time it had.
        after: Duration,
        /// What is left behind.
        left: Box<Left>,
    },
    /// Helm says that it did its work and could not record it.
    #[error("Helm wrote every object and could not record it")]
    Unrecorded {
        /// What is left behind.
        left: Box<Left>,
    },
    /// Helm says that it did its work and left objects that it should have deleted.
    #[error("Helm could not delete {} and went on", list(objects))]
    Undeleted {
        /// The objects, which now belong to no revision.
        objects: Vec<ObjectRef>,
        /// What is left behind.
        left: Box<Left>,
    },
    /// A signal that is not ours ended Helm.
    #[error("Helm was killed: {exit}")]
    Killed {
        /// How it ended.
        exit: String,
        /// What is left behind.
        left: Box<Left>,
    },
    /// No revision at all.
    #[error("there is no release {release} in namespace {namespace}")]
    NoRelease {
        /// The release.
        release: ReleaseName,
        /// The namespace.
        namespace: Namespace,
    },
    /// Not this revision.
    #[error("release {release} in namespace {namespace} has no revision {revision}")]
    NoRevision {
        /// The release.
        release: ReleaseName,
        /// The namespace.
        namespace: Namespace,
        /// The revision.
        revision: Revision,
    },
    /// The API server does not let us at the history.
    #[error("cannot {doing} the history of release {release} in namespace {namespace}")]
    Store {
        /// Read or write.
        doing: &'static str,
        /// The release.
        release: ReleaseName,
        /// The namespace.
        namespace: Namespace,
        /// Why.
        #[source]
        source: Box<kube::Error>,
    },
    /// A Secret of the history is damaged.
    #[error("the Secret {secret} in namespace {namespace} cannot be read")]
    Unreadable {
        /// The Secret.
        secret: String,
        /// The namespace.
        namespace: Namespace,
        /// Why.
        #[source]
        source: helm_release::Error,
    },
    /// A plan that cannot be made safely.
    #[error("the plan was not finished: {why}")]
    Unproven {
        /// The refusal.
        why: String,
    },
}

impl Error {
    pub(crate) fn random(error: getrandom::Error) -> Self {
        Self::Random { source: io::Error::other(error.to_string()) }
    }

    /// The same error of a plan: what Helm believed to have recorded and written never was.
    pub(crate) fn without_trace(mut self) -> Self {
        match &mut self {
            Self::Failed(failure) => failure.left = Left::default(),
            Self::Cancelled { left, .. } | Self::Fenced { left, .. } => **left = Left::default(),
            Self::TimedOut { left, .. }
            | Self::Killed { left, .. }
            | Self::Unrecorded { left }
            | Self::Undeleted { left, .. } => **left = Left::default(),
            _ => {}
        }
        self
    }

    /// What is left behind; nothing where the operation never began.
    #[must_use]
    pub fn left(&self) -> Option<&Left> {
        match self {
            Self::Failed(failure) => Some(&failure.left),
            Self::Cancelled { left, .. }
            | Self::Fenced { left, .. }
            | Self::TimedOut { left, .. }
            | Self::Killed { left, .. }
            | Self::Unrecorded { left }
            | Self::Undeleted { left, .. } => Some(left),
            _ => None,
        }
    }

    /// Whether anything in the cluster was changed, Helm's own record included: only then is there
    /// something to roll back.
    #[must_use]
    pub fn changed_anything(&self) -> bool {
        self.left().is_some_and(Left::changed_anything)
    }
}

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::NoHelm { .. } => class::NO_HELM,
            Self::NotHelm { .. } => class::NOT_HELM,
            Self::Name { .. } => class::NAME,
            Self::Version { .. } => class::VERSION,
            Self::Pin { .. } => class::PIN,
            Self::Random { .. } | Self::Homes { .. } | Self::Relay { .. } | Self::Child(_) => class::MACHINE,
            Self::ChartMissing { .. } | Self::ChartUnreadable { .. } => class::CHART_MISSING,
            Self::ChartSealed { .. } => class::CHART_SEALED,
            Self::ChartPacked { .. } => class::CHART_PACKED,
            Self::ChartDigest { .. } => class::CHART_DIGEST,
            Self::ChartVendored { .. } => class::CHART_VENDORED,
            Self::ValuesMissing { .. } => class::VALUES_MISSING,
            Self::ValuesSealed { .. } => class::VALUES_SEALED,
            Self::ValuesText { .. } => class::VALUES_TEXT,
            Self::ValuesYaml { .. } => crate::Class::ValuesYaml.code(),
            Self::Label { .. } => class::LABEL,
            Self::Failed(failure) => failure.class.code(),
            Self::Cancelled { .. } => class::CANCELLED,
            Self::Fenced { .. } => class::FENCED,
            Self::TimedOut { .. } => class::TIMED_OUT,
            Self::Killed { .. } => class::KILLED,
            Self::Unrecorded { .. } => class::UNRECORDED,
            Self::Undeleted { .. } => class::UNDELETED,
            Self::NoRelease { .. } => class::NO_RELEASE,
            Self::NoRevision { .. } => class::NO_REVISION,
            Self::Store { .. } => class::STORE,
            Self::Unreadable { .. } => class::UNREADABLE,
            Self::Unproven { .. } => class::UNPROVEN,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        PROBLEMS.iter().find(|entry| entry.code == self.code()).map(|entry| Cow::Borrowed(entry.next))
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::ValuesText { place, .. } | Self::ValuesYaml { place, .. } => Some(place.clone()),
            Self::ChartVendored { place, .. } => Some((**place).clone()),
            Self::ValuesMissing { path, .. }
            | Self::ValuesSealed { path }
            | Self::ChartSealed { path }
            | Self::ChartPacked { path, .. } => Some(Place::new(path.clone(), 0, 0)),
            Self::Failed(failure) => failure.place.clone(),
            _ => None,
        }
    }
}

fn list(objects: &[ObjectRef]) -> String {
    objects.iter().map(ObjectRef::to_string).collect::<Vec<_>>().join(", ")
}

fn waiting(left: &Left) -> String {
    left.last.as_ref().map(|object| format!("; the last it wrote was {object}")).unwrap_or_default()
}

/// An error with its causes in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Many libraries format their source into their own text.
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
