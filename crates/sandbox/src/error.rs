//! What can go wrong with a sandbox.

use camino::{Utf8Path, Utf8PathBuf};
use problem::{Code, Diagnose, Entry};
use std::borrow::Cow;
use std::time::Duration;

use crate::Tool;

/// Why a sandbox could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A program is missing and there is no compiler for it.
    #[error("no Go compiler: `{tried}` failed: {said}")]
    NoGo {
        /// The last way that was tried.
        tried: String,
        /// What it said.
        said: String,
    },
    /// The compiler refused.
    #[error("cannot build {module} ({status}):\n{said}")]
    Build {
        /// The module.
        module: &'static str,
        /// How the compiler ended.
        status: String,
        /// Its last lines.
        said: String,
    },
    /// A program is needed that the caller left out.
    #[error("{tool} is needed but was not asked for")]
    ToolNotAskedFor {
        /// The program.
        tool: Tool,
    },
    /// A file or a process of the sandbox.
    #[error("cannot {doing} {path}")]
    Io {
        /// The verb.
        doing: &'static str,
        /// The file or program.
        path: Utf8PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A component ended while the sandbox booted.
    #[error("{component} ended at once:\n{said}")]
    Died {
        /// Its name.
        component: String,
        /// Its log.
        log: Utf8PathBuf,
        /// The last lines of its log.
        said: String,
    },
    /// A component does not answer in time.
    #[error("{component} is not ready after {} s: {last}", after.as_secs())]
    NotReady {
        /// Its name.
        component: String,
        /// How long it was given.
        after: Duration,
        /// What the last attempt met.
        last: String,
        /// Its log.
        log: Utf8PathBuf,
    },
    /// The cluster refused something the sandbox needs.
    #[error("cannot {doing}")]
    Cluster {
        /// What was asked of it.
        doing: &'static str,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file of the sandbox does not hold what it should.
    #[error("{path} is not what the sandbox wrote")]
    Unreadable {
        /// The file.
        path: Utf8PathBuf,
        /// The cause.
        #[source]
        source: serde_json::Error,
    },
    /// The fault proxy refused an order, or cannot be reached.
    #[error("the fault proxy at {control} did not obey: {said}")]
    Control {
        /// Its control endpoint.
        control: String,
        /// What it said, or why it cannot be reached.
        said: String,
    },
    /// No component of that name.
    #[error("no component is called {name:?}")]
    NoComponent {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A stage file of ours is no stage.
    #[error("{file} holds no stage: {said}")]
    Stage {
        /// The file, under `fixtures/sandbox/stages`.
        file: String,
        /// What is wrong.
        said: String,
    },
    /// A key or certificate cannot be made or read.
    #[error("cannot make keys: {said}")]
    Keys {
        /// What the library said.
        said: String,
    },
}

/// A closure for `map_err` that tells what was done to which file.
pub(crate) fn io(doing: &'static str, path: impl AsRef<Utf8Path>) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.as_ref().to_owned();
    move |source| Error::Io { doing, path, source }
}

const NO_GO: Code = Code::new("sandbox.no_go");
const BUILD: Code = Code::new("sandbox.build");
const TOOL: Code = Code::new("sandbox.tool_not_asked_for");
const IO: Code = Code::new("sandbox.io");
const DIED: Code = Code::new("sandbox.component_died");
const NOT_READY: Code = Code::new("sandbox.component_not_ready");
const CLUSTER: Code = Code::new("sandbox.cluster");
const UNREADABLE: Code = Code::new("sandbox.file_unreadable");
const CONTROL: Code = Code::new("sandbox.fault_proxy");
const NO_COMPONENT: Code = Code::new("sandbox.no_component");
const KEYS: Code = Code::new("sandbox.keys");
const STAGE: Code = Code::new("sandbox.stage");

/// Every code of this crate.
pub const PROBLEMS: &[Entry] = &[
    Entry {
        code: NO_GO,
        means: "Programs of the control plane are missing and there is no Go compiler to build them with.",
        next: "Install Go 1.26, or use any other cluster with --kubeconfig.",
    },
    Entry {
        code: BUILD,
        means: "A program of the control plane does not compile.",
        next: "Read the compiler's words; without a network the modules cannot be fetched.",
    },
    Entry {
        code: TOOL,
        means: "A program is needed that was not asked for.",
        next: "Ask for it when the sandbox is brought up.",
    },
    Entry {
        code: IO,
        means: "A file or a program of the sandbox cannot be used.",
        next: "Check the folder's owner and the free space of its disk.",
    },
    Entry {
        code: DIED,
        means: "A component of the control plane ended while the sandbox booted.",
        next: "Read the component's log.",
    },
    Entry {
        code: NOT_READY,
        means: "A component of the control plane does not answer in time.",
        next: "Read the component's log; on a busy machine try again.",
    },
    Entry {
        code: CLUSTER,
        means: "The sandbox's own cluster refused something the sandbox needs.",
        next: "Bring the sandbox down and up again.",
    },
    Entry {
        code: UNREADABLE,
        means: "A file of the sandbox was changed or is of another version.",
        next: "Bring the sandbox down and up again.",
    },
    Entry {
        code: CONTROL,
        means: "The fault proxy did not take an order.",
        next: "Check with the sandbox's status whether the proxy lives.",
    },
    Entry {
        code: NO_COMPONENT,
        means: "The sandbox has no component of that name.",
        next: "Choose one of the names that the sandbox's status shows.",
    },
    Entry {
        code: KEYS,
        means: "Keys for the control plane cannot be made.",
        next: "Bring the sandbox down and up again.",
    },
    Entry {
        code: STAGE,
        means: "A stage file of the simulated kubelet is no stage.",
        next: "Mend the file.",
    },
];

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::NoGo { .. } => NO_GO,
            Self::Build { .. } => BUILD,
            Self::ToolNotAskedFor { .. } => TOOL,
            Self::Io { .. } => IO,
            Self::Died { .. } => DIED,
            Self::NotReady { .. } => NOT_READY,
            Self::Cluster { .. } => CLUSTER,
            Self::Unreadable { .. } => UNREADABLE,
            Self::Control { .. } => CONTROL,
            Self::NoComponent { .. } => NO_COMPONENT,
            Self::Keys { .. } => KEYS,
            Self::Stage { .. } => STAGE,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::NoGo { .. } => Cow::Borrowed(
                "install Go 1.26 (or Python 3 with venv, then Go comes from PyPI), or set \
                 KUBEBUILDER_ASSETS to a folder with the programs, or use another cluster: \
                 kind, k3d or minikube and --kubeconfig",
            ),
            Self::Build { .. } => Cow::Borrowed(
                "the modules come through GOPROXY; without a network set KUBEBUILDER_ASSETS to a \
                 folder with the programs, or use another cluster with --kubeconfig",
            ),
            Self::ToolNotAskedFor { tool } => {
                Cow::Owned(format!("ask for {tool} when the sandbox is brought up"))
            }
            Self::Io { .. } => Cow::Borrowed("check the folder's owner and the free space of its disk"),
            Self::Died { log, .. } | Self::NotReady { log, .. } => Cow::Owned(format!("its log is {log}")),
            Self::Cluster { .. } | Self::Unreadable { .. } | Self::Keys { .. } => {
                Cow::Borrowed("bring the sandbox down and up again")
            }
            Self::Control { .. } => Cow::Borrowed("the sandbox's status tells whether the proxy lives"),
            Self::Stage { file, .. } => Cow::Owned(format!("mend fixtures/sandbox/stages/{file}")),
            Self::NoComponent { known, .. } => Cow::Owned(format!("there are {}", known.join(", "))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_of_each() -> Vec<Error> {
        let refused = || std::io::Error::other("refused");
        vec![
            Error::NoGo { tried: "python3 -m venv x".to_owned(), said: "no such file".to_owned() },
            Error::Build { module: "etcd", status: "exit status: 1".to_owned(), said: "x.go:1:1".to_owned() },
            Error::ToolNotAskedFor { tool: Tool::Helm4 },
            Error::Io { doing: "create", path: "a/b".into(), source: refused() },
            Error::Died { component: "etcd".to_owned(), log: "etcd.log".into(), said: "bind".to_owned() },
            Error::NotReady {
                component: "kwok".to_owned(),
                after: Duration::from_secs(60),
                last: "connection refused".to_owned(),
                log: "kwok.log".into(),
            },
            Error::Cluster { doing: "create the simulated nodes", source: Box::new(refused()) },
            Error::Unreadable {
                path: "state.json".into(),
                source: serde_json::from_str::<u8>("x").unwrap_err(),
            },
            Error::Control { control: "http://127.0.0.1:1".to_owned(), said: "refused".to_owned() },
            Error::NoComponent { name: "ectd".to_owned(), known: vec!["etcd".to_owned(), "kwok".to_owned()] },
            Error::Stage { file: "ready.yaml".to_owned(), said: "no mapping".to_owned() },
            Error::Keys { said: "no randomness".to_owned() },
        ]
    }

    #[test]
    fn every_code_is_in_the_table_and_only_once() {
        let mut used: Vec<_> = one_of_each().iter().map(Diagnose::code).collect();
        let mut listed: Vec<_> = PROBLEMS.iter().map(|entry| entry.code).collect();
        used.sort_unstable();
        listed.sort_unstable();
        assert_eq!(used, listed);
    }

    #[test]
    fn every_error_says_what_happened_and_what_to_do() {
        let told: Vec<String> = one_of_each()
            .iter()
            .map(|error| {
                let help = error.help().unwrap_or_default();
                format!("{}: {error}\n  {help}", error.code())
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        sandbox.no_go: no Go compiler: `python3 -m venv x` failed: no such file
          install Go 1.26 (or Python 3 with venv, then Go comes from PyPI), or set KUBEBUILDER_ASSETS to a folder with the programs, or use another cluster: kind, k3d or minikube and --kubeconfig
        sandbox.build: cannot build etcd (exit status: 1):
        x.go:1:1
          the modules come through GOPROXY; without a network set KUBEBUILDER_ASSETS to a folder with the programs, or use another cluster with --kubeconfig
        sandbox.tool_not_asked_for: helm 4 is needed but was not asked for
          ask for helm 4 when the sandbox is brought up
        sandbox.io: cannot create a/b
          check the folder's owner and the free space of its disk
        sandbox.component_died: etcd ended at once:
        bind
          its log is etcd.log
        sandbox.component_not_ready: kwok is not ready after 60 s: connection refused
          its log is kwok.log
        sandbox.cluster: cannot create the simulated nodes
          bring the sandbox down and up again
        sandbox.file_unreadable: state.json is not what the sandbox wrote
          bring the sandbox down and up again
        sandbox.fault_proxy: the fault proxy at http://127.0.0.1:1 did not obey: refused
          the sandbox's status tells whether the proxy lives
        sandbox.no_component: no component is called "ectd"
          there are etcd, kwok
        sandbox.stage: ready.yaml holds no stage: no mapping
          mend fixtures/sandbox/stages/ready.yaml
        sandbox.keys: cannot make keys: no randomness
          bring the sandbox down and up again
        "#);
    }
}
