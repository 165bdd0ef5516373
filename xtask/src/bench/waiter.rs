//! The programs that are measured: each waits for every object of one namespace.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use clap::ValueEnum;
use sandbox::{Request, State};

use super::chart;
use super::measure::{Cost, measure};
use crate::run;

/// A way to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Waiter {
    /// `deploy wait`
    Deploy,
    /// `helm upgrade --wait` of Helm 3
    Helm3,
    /// `helm upgrade --wait` of Helm 4, which is `--wait=watcher`
    Helm4,
    /// `kubectl rollout status`, one object after the other
    Kubectl,
}

/// How long helm may wait. Both majors are known to give up on a large rollout that succeeds.
const HELM_PATIENCE: &str = "5m";

impl Waiter {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Deploy => "deploy wait",
            Self::Helm3 => "helm 3 --wait",
            Self::Helm4 => "helm 4 --wait",
            Self::Kubectl => "kubectl loop",
        }
    }

    /// Whether this waiter asked, as the audit log tells.
    pub(crate) fn asked(self, request: &Request) -> bool {
        let agent = request.user_agent.as_str();
        match self {
            // Its library names no agent.
            Self::Deploy => agent.is_empty() || agent.starts_with("deploy"),
            Self::Helm3 => agent.starts_with("Helm/3"),
            Self::Helm4 => agent.starts_with("Helm/4"),
            Self::Kubectl => agent.starts_with("kubectl/"),
        }
    }

    /// Whether it can only wait for what it writes itself, so that it is measured apart from the others.
    pub(crate) fn writes(self) -> bool {
        matches!(self, Self::Helm3 | Self::Helm4)
    }

    /// Waits to the end, after it has written `revision` where it is one that writes.
    pub(crate) fn wait(self, programs: &Programs, namespace: &str, revision: &str) -> Result<Cost> {
        match self {
            Self::Helm3 => measure(&mut programs.helm(programs.helm3.as_ref(), namespace, revision)?),
            Self::Helm4 => measure(&mut programs.helm(programs.helm4.as_ref(), namespace, revision)?),
            Self::Deploy => measure(programs.deploy(namespace).stdout(Stdio::null())),
            Self::Kubectl => kubectl_loop(programs, namespace),
        }
    }
}

/// Where the programs are.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    kubeconfig: Utf8PathBuf,
    kubectl: Utf8PathBuf,
    deploy: Utf8PathBuf,
    helm3: Option<Utf8PathBuf>,
    helm4: Option<Utf8PathBuf>,
    chart: Utf8PathBuf,
}

impl Programs {
    pub(crate) fn of(state: &State, deploy: Utf8PathBuf, chart: Utf8PathBuf) -> Result<Self> {
        let kubectl = state.kubectl.clone().context("the sandbox has no kubectl")?;
        let (helm3, helm4) = (state.helm.v3.clone(), state.helm.v4.clone());
        Ok(Self { kubeconfig: state.kubeconfig.clone(), kubectl, deploy, helm3, helm4, chart })
    }

    fn helm(&self, program: Option<&Utf8PathBuf>, namespace: &str, revision: &str) -> Result<Command> {
        let mut helm = Command::new(program.context("the sandbox lacks this helm")?);
        helm.args(["upgrade", "--install", chart::RELEASE, self.chart.as_str()]);
        helm.args(["--kubeconfig", self.kubeconfig.as_str(), "--namespace", namespace]);
        helm.args(["--set-string", &format!("revision={revision}"), "--wait", "--timeout", HELM_PATIENCE]);
        // Nothing of the caller's own helm.
        for home in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            helm.env(home, self.chart.with_file_name("helm"));
        }
        helm.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(helm)
    }

    fn deploy(&self, namespace: &str) -> Command {
        let mut deploy = Command::new(&self.deploy);
        deploy.args([
            "wait",
            "--namespace",
            namespace,
            "--timeout",
            "10m",
            "--output",
            "json",
            "--kubeconfig",
        ]);
        deploy.arg(&self.kubeconfig).stderr(Stdio::null());
        deploy
    }

    fn kubectl(&self, namespace: &str, words: &[&str]) -> Command {
        let mut kubectl = Command::new(&self.kubectl);
        kubectl.args(["--kubeconfig", self.kubeconfig.as_str(), "--namespace", namespace]).args(words);
        kubectl
    }
}

/// As the deployment scripts of mybinder.org wait: ten minutes for each object in turn.
fn kubectl_loop(programs: &Programs, namespace: &str) -> Result<Cost> {
    let list = ["get", "deployments,daemonsets", "--output", "name"];
    let names = run::output(&mut programs.kubectl(namespace, &list))?;
    let mut total: Option<Cost> = None;
    for name in names.lines() {
        let words = ["rollout", "status", "--timeout", "10m", "--watch", name];
        let cost = measure(programs.kubectl(namespace, &words).stdout(Stdio::null()))?;
        total = Some(total.map_or(cost, |total| total.then(cost)));
    }
    total.context("there is nothing to wait for")
}
