//! The members, with the defaults applied and the placeholders filled in.

use names::{MemberName, Namespace, WaveName};
use problem::Place;
use url::Url;

use super::check::Check;
use super::file::FileRef;
use super::step::{Action, Helm, Step};

/// One cluster and namespace of the federation; in a hub repository, one hub.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The key under `members`.
    pub name: MemberName,
    /// The wave with which it is deployed.
    pub wave: WaveName,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its versions are those the others must equal; true for one member at most. Not acted on yet.
    pub reference: bool,
    /// It hosts the federation's redirector; true for one member at most. Not acted on yet.
    pub redirector: bool,
    /// How its cluster is reached; the caller's kubeconfig without it.
    pub kubeconfig: Option<FileRef>,
    /// A cloud login for its cluster. Not acted on yet.
    pub auth: Option<Auth>,
    /// The checks that judge it, in order.
    pub checks: Vec<Check>,
    /// Where users find it.
    pub urls: Urls,
    /// What is done to it, in order.
    pub steps: Vec<Step>,
    /// Where it is named under `members`.
    pub place: Place,
}

impl Member {
    /// Its helm steps, in order.
    pub fn releases(&self) -> impl Iterator<Item = (&Step, &Helm)> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::Helm(helm) => Some((step, helm.as_ref())),
            _ => None,
        })
    }

    /// The release that the checks judge. A parsed federation has exactly one for each member.
    #[must_use]
    pub fn judged(&self) -> Option<&Helm> {
        self.releases().map(|(_, helm)| helm).find(|helm| helm.verify)
    }
}

/// Where users find a member. Each path ends in `/`, so that another can be joined to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Urls {
    /// The BinderHub.
    pub binder: Option<Url>,
    /// The JupyterHub.
    pub hub: Option<Url>,
}

impl Urls {
    /// The URL of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Url> {
        match name {
            "binder" => self.binder.as_ref(),
            "hub" => self.hub.as_ref(),
            _ => None,
        }
    }

    /// Each URL, or else the other's.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { binder: self.binder.or(other.binder), hub: self.hub.or(other.hub) }
    }
}

/// A cloud login. Not acted on yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// Google Kubernetes Engine.
    Gke(Gke),
}

/// A cluster of Google Kubernetes Engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gke {
    /// The project.
    pub project: String,
    /// The cluster.
    pub cluster: String,
    /// Its zone or region.
    pub zone: Option<String>,
    /// The service account's key.
    pub key: Option<FileRef>,
}
