//! The running sandbox as its state file describes it.

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::skip;

/// A running control plane: the file that `SANDBOX_STATE` names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sandbox {
    /// Administrator's kubeconfig, straight to the API server.
    pub kubeconfig: Utf8PathBuf,
    /// The `kubectl` of the control plane's version, where it was built.
    pub kubectl: Option<Utf8PathBuf>,
    /// The Helm binaries that were built.
    pub helm: Helms,
    /// The fault proxy in front of the API server.
    pub proxy: Proxy,
    /// The API server's audit log, one JSON object a line.
    pub audit_log: Utf8PathBuf,
    /// Extra services by name (stand-ins) with their base URL.
    #[serde(default)]
    pub services: BTreeMap<String, String>,
    /// A kubeconfig whose user is allowed nothing.
    #[serde(default)]
    pub nobody: Utf8PathBuf,
    /// The process of each component and service by its name.
    #[serde(default)]
    pub pids: BTreeMap<String, i32>,
    /// Where each component and service tells its health.
    #[serde(default)]
    pub health: BTreeMap<String, String>,
    /// The folder of their logs, `NAME.log` each.
    #[serde(default)]
    pub logs: Utf8PathBuf,
}

/// Helm by major version.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Helms {
    /// Helm 3.19+.
    #[serde(rename = "3")]
    pub v3: Option<Utf8PathBuf>,
    /// Helm 4.
    #[serde(rename = "4")]
    pub v4: Option<Utf8PathBuf>,
}

/// How to reach the fault proxy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Proxy {
    /// Base URL of the Kubernetes API through the proxy.
    pub url: String,
    /// Base URL of its control endpoint.
    pub control: String,
    /// A kubeconfig that goes through the proxy.
    pub kubeconfig: Utf8PathBuf,
    /// What it injected, one JSON object a line.
    pub log: Utf8PathBuf,
}

impl Sandbox {
    /// The sandbox that `SANDBOX_STATE` names, or a loud skip of `test`.
    ///
    /// A state file that is named but cannot be read is not a skip: the sandbox was promised.
    #[expect(
        clippy::disallowed_methods,
        clippy::panic,
        reason = "the environment is how a test command talks to tests, and a broken promise is red"
    )]
    #[must_use]
    pub fn or_skip(test: &str) -> Option<Self> {
        let Ok(path) = std::env::var("SANDBOX_STATE") else {
            skip(test, "SANDBOX_STATE names no running sandbox (cargo xtask test starts one)");
            return None;
        };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => panic!("SANDBOX_STATE names {path}, which cannot be read: {error}"),
        };
        match serde_json::from_str(&text) {
            Ok(state) => Some(state),
            Err(error) => panic!("{path} is no sandbox state: {error}"),
        }
    }
}
