//! Where the records of a release live.

use kube::Client;
use names::{Namespace, ReleaseName, StepName};

/// The release whose records are meant, and the client of its cluster.
#[derive(Clone)]
pub struct Home {
    /// The cluster.
    pub client: Client,
    /// The namespace of the release.
    pub namespace: Namespace,
    /// The release.
    pub release: ReleaseName,
}

impl Home {
    /// The name of one of our records for this release.
    pub(crate) fn record(&self, what: &str) -> String {
        format!("deploy-{what}.{}", self.release)
    }

    /// The name of our record for one step of this release's member.
    pub(crate) fn step_record(&self, what: &str, step: &StepName) -> String {
        format!("deploy-{what}.{}.{step}", self.release)
    }

    /// Labels by which our records are found and told from Helm's.
    pub(crate) fn labels(&self) -> std::collections::BTreeMap<String, String> {
        [("app.kubernetes.io/managed-by", "deploy"), ("deploy.jupyterhub.org/release", self.release.as_str())]
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }
}
