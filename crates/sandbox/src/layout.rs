//! The names of the files in a sandbox's folder.

use camino::{Utf8Path, Utf8PathBuf};

/// A sandbox's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    folder: Utf8PathBuf,
}

impl Layout {
    /// The sandbox in `folder`, whether it runs or not. Make the folder's path absolute: the
    /// programs get it as it is.
    #[must_use]
    pub fn new(folder: impl Into<Utf8PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// What `SANDBOX_STATE` names; it is there exactly while the sandbox is up.
    #[must_use]
    pub fn state(&self) -> Utf8PathBuf {
        self.folder.join("state.json")
    }

    /// The administrator's kubeconfig.
    #[must_use]
    pub fn kubeconfig(&self) -> Utf8PathBuf {
        self.folder.join("kubeconfig")
    }

    /// The administrator's kubeconfig through the fault proxy.
    #[must_use]
    pub fn proxy_kubeconfig(&self) -> Utf8PathBuf {
        self.folder.join("proxy.kubeconfig")
    }

    /// The audit log.
    #[must_use]
    pub fn audit_log(&self) -> Utf8PathBuf {
        self.folder.join("audit.jsonl")
    }

    /// What the fault proxy injected.
    #[must_use]
    pub fn fault_log(&self) -> Utf8PathBuf {
        self.folder.join("faults.jsonl")
    }

    /// The folder of the components' logs.
    #[must_use]
    pub fn logs(&self) -> Utf8PathBuf {
        self.folder.join("logs")
    }

    /// The log of one component.
    #[must_use]
    pub fn log(&self, component: &str) -> Utf8PathBuf {
        self.logs().join(format!("{component}.log"))
    }

    pub(crate) fn component_kubeconfig(&self, component: &str) -> Utf8PathBuf {
        self.folder.join(format!("{component}.kubeconfig"))
    }

    pub(crate) fn lock(&self) -> Utf8PathBuf {
        self.folder.join(".lock")
    }

    pub(crate) fn ledger(&self) -> Utf8PathBuf {
        self.folder.join("processes.json")
    }

    pub(crate) fn etcd(&self) -> Utf8PathBuf {
        self.folder.join("etcd")
    }

    pub(crate) fn certificates(&self) -> Utf8PathBuf {
        self.folder.join("certificates")
    }

    pub(crate) fn certificate(&self) -> Utf8PathBuf {
        self.certificates().join("apiserver.crt")
    }

    pub(crate) fn certificate_key(&self) -> Utf8PathBuf {
        self.certificates().join("apiserver.key")
    }

    pub(crate) fn service_account_key(&self) -> Utf8PathBuf {
        self.folder.join("service-account.key")
    }

    pub(crate) fn service_account_public_key(&self) -> Utf8PathBuf {
        self.folder.join("service-account.pub")
    }

    pub(crate) fn tokens(&self) -> Utf8PathBuf {
        self.folder.join("tokens.csv")
    }

    pub(crate) fn audit_policy(&self) -> Utf8PathBuf {
        self.folder.join("audit-policy.yaml")
    }

    pub(crate) fn stages(&self) -> Utf8PathBuf {
        self.folder.join("stages.yaml")
    }

    pub(crate) fn proxy_config(&self) -> Utf8PathBuf {
        self.folder.join("proxy.json")
    }
}
