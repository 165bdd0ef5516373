//! What one container of a pod says about the rollout.

use names::ObjectRef;

use super::judgement::{Finding, Opinion};
use super::look::Look;
use super::{image, settle};
use crate::cause::Cause;
use crate::memory::{Runs, Sign, Told};
use crate::model::{Pod, Slot, Waiting};

/// The opinion on one container, or none while nothing is wrong with it.
pub(super) fn opinion(look: &Look<'_>, pod: &Pod, guilty: &ObjectRef, slot: Slot<'_>) -> Option<Opinion> {
    let found = Found { look, pod, guilty, slot };
    match slot.status.state.waiting.as_ref() {
        Some(waiting) => found.in_waiting(waiting).or_else(|| found.in_runs()),
        None => found.in_runs(),
    }
}

struct Found<'a> {
    look: &'a Look<'a>,
    pod: &'a Pod,
    guilty: &'a ObjectRef,
    slot: Slot<'a>,
}

impl Found<'_> {
    fn say(&self, cause: Cause, evidence: impl Into<String>, fatal: bool) -> Option<Opinion> {
        let finding = Finding {
            cause,
            guilty: self.guilty.clone(),
            container: Some(self.slot.status.name.clone()),
            evidence: evidence.into(),
        };
        Some(Opinion { finding, fatal })
    }

    fn uid(&self) -> &str {
        &self.pod.metadata.uid
    }

    fn runs(&self) -> Option<&Runs> {
        self.look.memory.runs(self.uid(), &self.slot.status.name)
    }

    fn in_waiting(&self, waiting: &Waiting) -> Option<Opinion> {
        let container = self.slot.status.name.clone();
        match waiting.reason.as_str() {
            "InvalidImageName" => self.say(Cause::ImageNameInvalid, quote(waiting), true),
            "ErrImageNeverPull" => self.say(Cause::ImageNotFound, quote(waiting), true),
            "ErrImagePull" | "ImagePullBackOff" => {
                let since = self.look.memory.since(self.uid(), &Sign::PullError { container });
                // Older kubelets drop the cause while they back off; the last one that was given holds.
                let specific = self.runs().and_then(|runs| runs.pull.clone()).or_else(|| self.told_of_pull());
                let message = specific.unwrap_or_else(|| quote(waiting));
                let cause = image::class(&message);
                let fatal = match cause {
                    Cause::ImageNotFound => true,
                    Cause::ImageAuth => self.look.passed_since(since, self.look.policy.image_auth_grace),
                    _ => false,
                };
                self.say(cause, message, fatal)
            }
            "CreateContainerConfigError" => {
                let since = self.look.memory.since(self.uid(), &Sign::ConfigError { container });
                if waiting.message.contains("failed to sync") {
                    return self.say(Cause::ConfigMissing, quote(waiting), false);
                }
                if waiting.message.contains("runAsNonRoot") || waiting.message.contains("non-root") {
                    return self.say(Cause::SecurityContext, quote(waiting), true);
                }
                let fatal = self.look.passed_since(since, self.look.policy.missing_grace);
                self.say(Cause::ConfigMissing, quote(waiting), fatal)
            }
            "CreateContainerError" => self.say(Cause::StartError, quote(waiting), false),
            _ => None,
        }
    }

    /// The crash rule. A Job counts its own failures, so there it never decides.
    fn in_runs(&self) -> Option<Opinion> {
        let runs = self.runs()?;
        let last = runs.last.as_ref()?;
        let failures = runs.failures();
        if failures < 1 || settle::has_recovered(self.look, self.pod, self.slot, runs) {
            return None;
        }
        let cause = self.cause_of_end(&last.reason);
        let limit = i64::from(self.look.policy.crash_failures.max(1));
        let limit = if cause == Cause::StartError { (limit - 1).max(1) } else { limit };
        let counted_elsewhere = matches!(self.pod.spec.restart_policy.as_str(), "Never" | "OnFailure");
        let mut evidence = match cause {
            Cause::LivenessRestart => self.killed().unwrap_or_default(),
            Cause::OomKilled => match self.slot.spec.and_then(|spec| spec.resources.limits.memory.as_ref()) {
                Some(limit) => {
                    format!("{} (exit code {}), memory limit {limit}", last.reason, last.exit_code)
                }
                None => format!("{} (exit code {})", last.reason, last.exit_code),
            },
            _ if last.message.is_empty() => format!("{} (exit code {})", last.reason, last.exit_code),
            _ => format!("{} (exit code {}): {}", last.reason, last.exit_code, last.message.trim()),
        };
        if failures > 1 {
            evidence.push_str(&format!(", {failures} times"));
        }
        self.say(cause, evidence, failures >= limit && !counted_elsewhere)
    }

    fn cause_of_end(&self, reason: &str) -> Cause {
        match reason {
            "OOMKilled" => Cause::OomKilled,
            "StartError" | "ContainerCannotRun" => Cause::StartError,
            _ if self.killed().is_some() => Cause::LivenessRestart,
            _ if self.slot.is_init() => Cause::InitFailed,
            _ => Cause::CrashLoop,
        }
    }

    /// What an event said of the pull, where the status never did in our sight.
    fn told_of_pull(&self) -> Option<String> {
        let name = self.slot.status.name.as_str();
        let mut told = self.look.memory.told(self.uid(), Told::PullFailed);
        told.find(|(container, _)| *container == name).map(|(_, telling)| telling.message.clone())
    }

    /// The words with which the kubelet killed this container for a probe.
    fn killed(&self) -> Option<String> {
        let name = self.slot.status.name.as_str();
        let (_, killed) =
            self.look.memory.told(self.uid(), Told::Killed).find(|(container, _)| *container == name)?;
        let probe =
            self.look.memory.told(self.uid(), Told::NotAlive).find(|(container, _)| *container == name);
        Some(match probe {
            Some((_, probe)) => format!("{}: {}", killed.message, probe.message),
            None => killed.message.clone(),
        })
    }
}

fn quote(waiting: &Waiting) -> String {
    if waiting.message.is_empty() { waiting.reason.clone() } else { waiting.message.clone() }
}
