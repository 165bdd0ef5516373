//! The programs that are measured: each waits for every object of one namespace.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use clap::ValueEnum;
use sandbox::{Request, State};

use super::measure::{Cost, measure};
use crate::run;

/// A way to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Waiter {
    /// `deploy wait`
    Deploy,
    /// `kubectl rollout status`, one object after the other
    Kubectl,
}

impl Waiter {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Deploy => "deploy wait",
            Self::Kubectl => "kubectl loop",
        }
    }

    /// Whether this waiter asked, as the audit log tells.
    pub(crate) fn asked(self, request: &Request) -> bool {
        let agent = request.user_agent.as_str();
        match self {
            // Its library names no agent.
            Self::Deploy => agent.is_empty() || agent.starts_with("deploy"),
            Self::Kubectl => agent.starts_with("kubectl/"),
        }
    }

    /// Waits to the end.
    pub(crate) fn wait(self, programs: &Programs, namespace: &str) -> Result<Cost> {
        match self {
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
}

impl Programs {
    pub(crate) fn of(state: &State, deploy: Utf8PathBuf) -> Result<Self> {
        let kubectl = state.kubectl.clone().context("the sandbox has no kubectl")?;
        Ok(Self { kubeconfig: state.kubeconfig.clone(), kubectl, deploy })
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
