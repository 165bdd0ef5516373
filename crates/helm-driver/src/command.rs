//! The arguments of Helm, built without running it.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use helm_release::Revision;
use names::{Namespace, ReleaseName};

use crate::{Major, Upgrade};

/// What Helm is asked to do.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    Upgrade(Box<Upgrade>),
    /// The upgrade without its hooks, under a relay that lets nothing last.
    Plan(Box<Upgrade>),
    Rollback {
        release: ReleaseName,
        namespace: Namespace,
        revision: Revision,
        timeout: Duration,
        description: String,
    },
    Uninstall {
        release: ReleaseName,
        namespace: Namespace,
        timeout: Duration,
    },
}

impl Command {
    pub(crate) fn release(&self) -> (&ReleaseName, &Namespace) {
        match self {
            Self::Upgrade(upgrade) | Self::Plan(upgrade) => (&upgrade.release, &upgrade.namespace),
            Self::Rollback { release, namespace, .. } | Self::Uninstall { release, namespace, .. } => {
                (release, namespace)
            }
        }
    }

    pub(crate) fn upgrade(&self) -> Option<&Upgrade> {
        match self {
            Self::Upgrade(upgrade) | Self::Plan(upgrade) => Some(upgrade),
            Self::Rollback { .. } | Self::Uninstall { .. } => None,
        }
    }

    pub(crate) fn timeout(&self) -> Duration {
        match self {
            Self::Upgrade(upgrade) | Self::Plan(upgrade) => upgrade.timeout,
            Self::Rollback { timeout, .. } | Self::Uninstall { timeout, .. } => *timeout,
        }
    }

    /// The arguments. Never a wait, which is the waiter's; never an automatic rollback, which loses
    /// objects; never a rollback without a revision, which takes a failed one; never an output that
    /// prints values.
    pub(crate) fn arguments(
        &self,
        major: Major,
        kubeconfig: &Utf8Path,
        chart: &str,
        values: &[Utf8PathBuf],
    ) -> Vec<String> {
        let (release, namespace) = self.release();
        let timeout = format!("--timeout={}ms", self.timeout().as_millis());
        let mut arguments: Vec<String> = match self {
            Self::Upgrade(upgrade) | Self::Plan(upgrade) => {
                let mut arguments = vec!["upgrade".to_owned(), release.to_string(), chart.to_owned()];
                // Notes are a template like any other and may print a password.
                arguments.extend(["--install".to_owned(), "--hide-notes".to_owned(), timeout]);
                arguments.push(format!("--history-max={}", upgrade.history_max));
                arguments.push(format!("--description={}", upgrade.description));
                arguments.extend(values.iter().map(|file| format!("--values={file}")));
                if !upgrade.labels.is_empty() {
                    let labels: Vec<String> =
                        upgrade.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                    arguments.push(format!("--labels={}", labels.join(",")));
                }
                if upgrade.create_namespace {
                    arguments.push("--create-namespace".to_owned());
                }
                arguments.extend(major.upgrade_flags().iter().map(|flag| (*flag).to_owned()));
                arguments
            }
            Self::Rollback { revision, description, .. } => {
                let mut arguments =
                    vec!["rollback".to_owned(), release.to_string(), revision.to_string(), timeout];
                // Zero keeps all: a rollback is no time to lose history.
                arguments.push("--history-max=0".to_owned());
                if major.describes_rollback() && !description.is_empty() {
                    let short: String = description.chars().take(256).collect();
                    arguments.push(format!("--description={short}"));
                }
                arguments
            }
            Self::Uninstall { .. } => vec!["uninstall".to_owned(), release.to_string(), timeout],
        };
        if matches!(self, Self::Plan(_)) {
            arguments.push("--no-hooks".to_owned());
        }
        arguments.push(format!("--namespace={namespace}"));
        arguments.push(format!("--kubeconfig={kubeconfig}"));
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Chart, Values};

    fn upgrade() -> Upgrade {
        Upgrade {
            release: "hub".parse().unwrap(),
            namespace: "prod".parse().unwrap(),
            chart: Chart::Directory("mybinder".into()),
            values: vec![Values::file("config/prod.yaml")],
            labels: [("run".to_owned(), "r1".to_owned()), ("commit".to_owned(), "abc".to_owned())].into(),
            description: "commit abc".into(),
            timeout: Duration::from_secs(600),
            history_max: 10,
            create_namespace: false,
        }
    }

    fn said(command: &Command, major: Major) -> String {
        command
            .arguments(major, "/proc/self/fd/9".into(), "./mybinder", &["/proc/self/fd/7".into()])
            .join(" ")
    }

    #[test]
    fn commands_are_these() {
        let plan =
            Command::Plan(Box::new(Upgrade { create_namespace: true, labels: [].into(), ..upgrade() }));
        let rollback = Command::Rollback {
            release: "hub".parse().unwrap(),
            namespace: "prod".parse().unwrap(),
            revision: Revision::new(7).unwrap(),
            timeout: Duration::from_millis(1500),
            description: "back".into(),
        };
        let uninstall = Command::Uninstall {
            release: "hub".parse().unwrap(),
            namespace: "prod".parse().unwrap(),
            timeout: Duration::from_secs(5),
        };
        let all = [
            said(&Command::Upgrade(Box::new(upgrade())), Major::V3),
            said(&plan, Major::V4),
            said(&rollback, Major::V3),
            said(&rollback, Major::V4),
            said(&uninstall, Major::V4),
        ];
        insta::assert_snapshot!(all.join("\n"));
        for command in all {
            for never in
                ["--wait", "--atomic", "--rollback-on-failure", "--debug", "-o", "--output", "--force"]
            {
                assert!(!command.split(' ').any(|word| word.split('=').next() == Some(never)), "{command}");
            }
        }
    }
}
