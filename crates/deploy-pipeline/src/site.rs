//! A member that answers: its cluster and its helm.

use federation::Member;
use helm_driver::Driver;

use crate::run::Voice;
use crate::secrets::Secrets;

/// What the stages of one member work with.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) member: Member,
    pub(crate) voice: Voice,
    pub(crate) driver: Driver,
    pub(crate) client: kube::Client,
    pub(crate) secrets: Secrets,
}

impl Site {
    /// The same site on the way back.
    pub(crate) fn settling(&self) -> Self {
        Self { voice: self.voice.settling(), ..self.clone() }
    }
}
