//! The result of one check.

use std::borrow::Cow;
use std::time::Duration;

use problem::{Code, Diagnose, ProblemRecord};
use serde::Serialize;

use crate::{Cause, Phase};

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Pass,
    /// It works, and something about it wants attention.
    Degraded,
    /// It does not work, and the deployment is the place to look.
    Fail,
    /// It did not work or could not be seen, and the cause lies outside the deployment.
    Inconclusive,
    /// Not asked: a check it needs did not pass, or what it needs was not given.
    Skipped,
}

/// The part of the system that a check looks at, or where its failure lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Component {
    /// Name resolution.
    Dns,
    /// The way to the ingress.
    Network,
    /// Certificates.
    Tls,
    /// What stands in front of the services.
    Ingress,
    /// BinderHub.
    Binder,
    /// BinderHub's page and its script.
    Ui,
    /// The image registry.
    Registry,
    /// The image builder.
    Builder,
    /// JupyterHub.
    Hub,
    /// The user's server.
    Server,
    /// Room for one more server.
    Capacity,
    /// A service that is not part of the deployment.
    ThirdParty,
}

impl std::fmt::Display for Component {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Dns => "dns",
            Self::Network => "network",
            Self::Tls => "tls",
            Self::Ingress => "ingress",
            Self::Binder => "binder",
            Self::Ui => "ui",
            Self::Registry => "registry",
            Self::Builder => "builder",
            Self::Hub => "hub",
            Self::Server => "server",
            Self::Capacity => "capacity",
            Self::ThirdParty => "third-party",
        })
    }
}

/// One check: what was seen, what was wanted, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CheckResult {
    /// Its stable name, such as `launch.ready`.
    pub name: &'static str,
    /// Where to look.
    pub component: Component,
    /// What it found.
    pub verdict: Verdict,
    /// Why it did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What was seen, on one line.
    pub seen: String,
    /// What was wanted, where that is not plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// Where it was asked, without query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The phase the launch was in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// The last lines of the stream, oldest first; only where they help.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub last_lines: Vec<String>,
    /// The check whose verdict made this one pointless.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped_by: Option<&'static str>,
    /// How long it took.
    pub took: Duration,
}

impl CheckResult {
    /// The problem to show, where there is one.
    #[must_use]
    pub fn problem(&self) -> Option<ProblemRecord> {
        self.cause.map(|cause| {
            let record = ProblemRecord::from_diagnose(&Shown { result: self, cause });
            self.last_lines
                .iter()
                .fold(record, |record, line| record.with_cause(format!("the stream said: {line}")))
        })
    }
}

impl std::fmt::Display for CheckResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, self.seen)?;
        if let Some(wanted) = &self.wanted {
            write!(f, "; wanted {wanted}")?;
        }
        if self.verdict == Verdict::Pass || self.verdict == Verdict::Skipped {
            return Ok(());
        }
        write!(f, " [{}", self.component)?;
        if let Some(phase) = self.phase {
            write!(f, ", {phase}")?;
        }
        if let Some(url) = &self.url {
            write!(f, ", {url}")?;
        }
        f.write_str("]")
    }
}

/// A result as an error.
#[derive(Debug)]
struct Shown<'a> {
    result: &'a CheckResult,
    cause: Cause,
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.result.fmt(f)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnose for Shown<'_> {
    fn code(&self) -> Code {
        self.cause.code()
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        Some(self.cause.entry().next.into())
    }
}
