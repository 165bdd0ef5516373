//! What to type next, for a person who has just read a cause.

use names::ObjectRef;

use crate::cause::Cause;
use crate::verdict::{Finding, Judgement, Verdict};

impl Finding {
    /// The command that shows more of this cause than the evidence does.
    #[must_use]
    pub fn next_command(&self) -> String {
        let ObjectRef { kind, namespace, name } = &self.guilty;
        let kubectl = match namespace {
            Some(namespace) => format!("kubectl -n {namespace}"),
            None => "kubectl".to_owned(),
        };
        let container = self.container.as_ref().map(|name| format!(" -c {name}")).unwrap_or_default();
        match self.cause {
            Cause::CrashLoop | Cause::InitFailed | Cause::LivenessRestart if kind == "Pod" => {
                format!("{kubectl} logs {name}{container} --previous")
            }
            Cause::ReadinessProbe | Cause::JobBackoff | Cause::PodFailed if kind == "Pod" => {
                format!("{kubectl} logs {name}{container}")
            }
            Cause::ConfigMissing => format!("{kubectl} get configmaps,secrets,serviceaccounts"),
            Cause::QuotaExceeded => format!("{kubectl} describe resourcequotas"),
            Cause::NodeNotReady => "kubectl get nodes -o wide".to_owned(),
            Cause::Paused => format!("{kubectl} rollout resume {}/{name}", kind.to_lowercase()),
            Cause::StuckOldRevision if kind == "Pod" => format!("{kubectl} delete pod {name}"),
            Cause::Vanished => format!("{kubectl} get events --sort-by=.lastTimestamp"),
            _ => format!("{kubectl} describe {}/{name}", kind.to_lowercase()),
        }
    }
}

/// One line: the object, how it stands, why.
impl std::fmt::Display for Judgement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.object, self.verdict, self.progress)?;
        if let Some(finding) = &self.finding {
            write!(f, ": {}", finding.cause)?;
            if finding.guilty != self.object {
                write!(f, " in {}", finding.guilty)?;
            }
            if let Some(container) = &finding.container {
                write!(f, ", container {container}")?;
            }
        }
        match &self.note {
            Some(note) if self.verdict != Verdict::Failed => write!(f, " ({note})"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_command_that_names_the_namespace_or_the_cluster() {
        let home = "hub".parse().unwrap();
        for cause in Cause::ALL {
            let finding = Finding {
                cause: *cause,
                guilty: ObjectRef::namespaced("Pod", &home, "web-x"),
                container: Some("app".to_owned()),
                evidence: String::new(),
            };
            let command = finding.next_command();
            assert!(
                command.starts_with("kubectl -n hub ") || command.contains("nodes"),
                "{cause}: {command}"
            );
        }
    }
}
