//! Which programs there are, and the module and flags each is built from.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// A program that the sandbox runs, or that its users do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// The store under the API server.
    Etcd,
    /// The API server.
    KubeApiserver,
    /// The controllers: Deployments, Jobs, garbage collection and the rest.
    KubeControllerManager,
    /// The scheduler.
    KubeScheduler,
    /// The simulated nodes.
    Kwok,
    /// The client of the control plane's version.
    Kubectl,
    /// Helm 3.
    Helm3,
    /// Helm 4.
    Helm4,
}

impl Tool {
    /// What every sandbox needs.
    pub const CORE: [Self; 5] =
        [Self::Etcd, Self::KubeApiserver, Self::KubeControllerManager, Self::KubeScheduler, Self::Kwok];

    /// The name of the program's file. Both Helms are called `helm`, each in its own folder.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::KubeApiserver => "kube-apiserver",
            Self::KubeControllerManager => "kube-controller-manager",
            Self::KubeScheduler => "kube-scheduler",
            Self::Kwok => "kwok",
            Self::Kubectl => "kubectl",
            Self::Helm3 | Self::Helm4 => "helm",
        }
    }

    /// The Go package it is built from.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Etcd => "go.etcd.io/etcd/server/v3",
            Self::KubeApiserver => "k8s.io/kubernetes/cmd/kube-apiserver",
            Self::KubeControllerManager => "k8s.io/kubernetes/cmd/kube-controller-manager",
            Self::KubeScheduler => "k8s.io/kubernetes/cmd/kube-scheduler",
            Self::Kwok => "sigs.k8s.io/kwok/cmd/kwok",
            Self::Kubectl => "k8s.io/kubernetes/cmd/kubectl",
            Self::Helm3 => "helm.sh/helm/v3/cmd/helm",
            Self::Helm4 => "helm.sh/helm/v4/cmd/helm",
        }
    }

    /// What `go build` calls it: the last part of the package, a version left out.
    pub(crate) fn built_as(self) -> &'static str {
        match self {
            Self::Etcd => "server",
            other => other.file(),
        }
    }

    /// The module that pins it.
    pub(crate) fn module(self) -> &'static Module {
        match self {
            Self::Etcd => &ETCD,
            Self::Kwok => &KWOK,
            Self::Helm3 => &HELM3,
            Self::Helm4 => &HELM4,
            _ => &KUBERNETES,
        }
    }

    /// The pinned version, without a leading `v`.
    #[must_use]
    pub fn version(self) -> &'static str {
        self.module().version
    }

    /// Arguments that make it say its version.
    pub(crate) fn version_arguments(self) -> &'static [&'static str] {
        match self {
            Self::Kubectl => &["version", "--client"],
            Self::Helm3 | Self::Helm4 => &["version", "--short"],
            _ => &["--version"],
        }
    }
}

impl std::fmt::Display for Tool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Helm3 => "helm 3",
            Self::Helm4 => "helm 4",
            other => other.file(),
        })
    }
}

/// A wrapper module under `tools/`: it pins every dependency by its sum.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) go_mod: &'static str,
    pub(crate) go_sum: &'static str,
    pub(crate) tools_go: &'static str,
    /// Linker flags: what a program says of its version is set here by its own makefile too.
    pub(crate) ldflags: &'static str,
}

impl Module {
    /// The folder of its programs in the cache. It changes with the pin, the sums, the flags and
    /// the machine's kind, so that an updated pin builds anew and an old one stays usable.
    pub(crate) fn folder(&self) -> String {
        let machine = [std::env::consts::OS, std::env::consts::ARCH].join("/");
        let mut hash = Sha256::new();
        for part in [self.go_mod, self.go_sum, self.ldflags, &machine] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let mut name = format!("{}-{}-", self.name, self.version);
        for byte in hash.finalize().iter().take(6) {
            let _ = write!(name, "{byte:02x}");
        }
        name
    }
}

macro_rules! module {
    ($name:literal, $version:literal, $ldflags:expr) => {
        Module {
            name: $name,
            version: $version,
            go_mod: include_str!(concat!("../../tools/", $name, "/go.mod")),
            go_sum: include_str!(concat!("../../tools/", $name, "/go.sum")),
            tools_go: include_str!(concat!("../../tools/", $name, "/tools.go")),
            ldflags: $ldflags,
        }
    };
}

// Helm and kubectl refuse or warn when the server does not know its own version.
static KUBERNETES: Module = module!(
    "kubernetes",
    "1.36.3",
    "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 \
     -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"
);
static ETCD: Module = module!("etcd", "3.6.16", "-s -w");
static KWOK: Module = module!("kwok", "0.8.0", "-s -w -X sigs.k8s.io/kwok/pkg/consts.Version=v0.8.0");
// The Kubernetes version that `helm template` assumes without a cluster, as Helm's makefile sets it.
static HELM3: Module = module!(
    "helm3",
    "3.19.5",
    "-s -w -X helm.sh/helm/v3/internal/version.version=v3.19.5 \
     -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 \
     -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=34 \
     -X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1 \
     -X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=34"
);
static HELM4: Module = module!("helm4", "4.3.1", "-s -w -X helm.sh/helm/v4/internal/version.version=v4.3.1");

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Tool; 8] = [
        Tool::Etcd,
        Tool::KubeApiserver,
        Tool::KubeControllerManager,
        Tool::KubeScheduler,
        Tool::Kwok,
        Tool::Kubectl,
        Tool::Helm3,
        Tool::Helm4,
    ];

    #[test]
    fn a_pinned_version_is_the_one_that_its_module_requires() {
        for tool in ALL {
            let module = tool.module();
            let required = module
                .go_mod
                .lines()
                .find_map(|line| line.strip_prefix("require ").filter(|rest| *rest != "("))
                .unwrap_or_default();
            assert!(required.ends_with(&format!(" v{}", module.version)), "{tool}: {required}");
            assert!(
                module.tools_go.contains(&format!("\"{}\"", tool.package())),
                "{tool} is not kept in tools.go"
            );
        }
    }

    #[test]
    fn all_33_staging_modules_are_replaced() {
        let lines = KUBERNETES.go_mod.lines();
        let replaced = lines.filter(|line| line.contains(" => k8s.io/")).count();
        assert_eq!(replaced, 33);
    }

    #[test]
    fn each_module_has_its_own_folder() {
        let mut folders: Vec<_> = [&KUBERNETES, &ETCD, &KWOK, &HELM3, &HELM4].map(Module::folder).to_vec();
        folders.sort();
        folders.dedup();
        assert_eq!(folders.len(), 5);
    }
}
