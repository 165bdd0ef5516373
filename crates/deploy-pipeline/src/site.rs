//! A member that answers: its cluster, its helm, its releases.

use federation::Member;
use helm_driver::Driver;

use crate::run::Voice;
use crate::secrets::Secrets;
use crate::work::Work;

/// What the stages of one member work on.
pub(crate) struct Site {
    pub(crate) member: Member,
    pub(crate) voice: Voice,
    pub(crate) driver: Driver,
    pub(crate) client: kube::Client,
    pub(crate) secrets: Secrets,
    pub(crate) works: Vec<Work>,
}
