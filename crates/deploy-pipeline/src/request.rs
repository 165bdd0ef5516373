//! What a run is asked to do, and with what.

use std::ffi::OsString;
use std::sync::Arc;

use camino::Utf8PathBuf;
use cluster_login::Kubeconfig;
use deploy_ledger::{Holder, Process, Timings};
use deploy_sinks::Recorder;
use federation::{Federation, Member, Wave};

use crate::Interrupt;

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To the verified release.
    Deploy,
    /// To the plan; nothing is written anywhere.
    Plan,
}

/// Who runs it, and from where.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The person or bot.
    pub who: String,
    /// The machine.
    pub host: String,
    /// The process on it.
    pub process: Option<Process>,
    /// The commit that is deployed.
    pub commit: Option<String>,
}

/// What is to be done: values only.
pub struct Request {
    /// How far to go.
    pub mode: Mode,
    /// The parsed federation.
    pub federation: Federation,
    /// What was asked for, in its words.
    pub targets: Vec<String>,
    /// What that means: waves in order, each with its members.
    pub waves: Vec<(Wave, Vec<Member>)>,
    /// Who asks.
    pub operator: Operator,
    /// What opens the sealed files.
    pub opener: secret_vault::Opener,
    /// The kubeconfig of members that name none.
    pub kubeconfig: Option<Kubeconfig>,
    /// The context in it.
    pub context: Option<String>,
    /// The helm binary.
    pub helm: Utf8PathBuf,
    /// The caller's variables by which programs find their way out, for helm where it loads charts.
    pub proxies: Vec<(String, String)>,
    /// The caller's variables, keys apart, for the programs of the repository.
    pub environment: Vec<(OsString, OsString)>,
    /// Where helm keeps its own homes.
    pub scratch: Utf8PathBuf,
    /// Where the local copies of the ledger go; the folder is there.
    pub state: Utf8PathBuf,
    /// Go on with a release that was never verified and fails its checks.
    pub accept_unverified: bool,
    /// The plan that was agreed to: what differs from it is not done.
    pub saved: Option<release_plan::Document>,
    /// How long each check may take.
    pub budgets: e2e_probe::Budgets,
    /// How long locks live.
    pub timings: Timings,
}

/// Takes a secret value, and shows it to nobody but a masker.
pub type Reveal = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// Handles that a run works with.
#[derive(Clone)]
pub struct Tools {
    /// Where events go; it also tells the time.
    pub recorder: Recorder,
    /// For the probe and Grafana: follows no redirects.
    pub http: reqwest::Client,
    /// How the run is told to stop.
    pub interrupt: Interrupt,
    /// Told every value that is masked, for a runner that masks the output of other programs by it.
    pub reveal: Option<Reveal>,
    /// Whether the holder of a lock is known to be dead.
    pub gone: Arc<dyn Fn(&Holder) -> bool + Send + Sync>,
}
