//! The words of every refusal that only the joining of the parts can find.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use deploy_pipeline::{Error, PROBLEMS};
use problem::{Code, Diagnose, Place, ProblemRecord, Style, render};

#[test]
fn every_error_says_what_where_and_what_next() {
    let release = || "hub".parse().unwrap();
    let errors = [
        Error::NotYet { key: "waves[].window".into(), place: Place::new("federation.yaml", 9, 5) },
        Error::File { path: "config/a.yaml".into(), source: std::io::Error::other("gone") },
        Error::NoKey { path: "secrets/a.yaml".into() },
        Error::NoIdentity { path: "secrets/a.yaml".into() },
        Error::NoVault { path: "secrets/a.yaml".into() },
        Error::Unmasked { tag: "secrets/a.yaml:port".into(), reason: "it is short".into(), rest: 2 },
        Error::NoKubeconfig { member: "prod".parse().unwrap() },
        Error::PlanChanged { release: release(), what: "ConfigMap/hub/hub".into() },
        Error::PlanStale { member: "prod".parse().unwrap(), what: "ConfigMap/hub/hub".into() },
        Error::PlanLacks { member: "prod".parse().unwrap() },
        Error::Dice { release: release() },
        Error::ForeignPending { release: release(), status: "pending-upgrade".into() },
        Error::NothingVerified { release: release() },
        Error::BaselineFailed { release: release() },
        Error::Rollout { what: "the cluster ended every watch".into() },
        Error::Checks { failed: 1, all: 9 },
        Error::LockLost { release: release() },
        Error::Namespace {
            namespace: "prod".parse().unwrap(),
            source: Box::new(kube::Error::LinesCodecMaxLineLengthExceeded),
        },
        Error::Interrupted { reason: deploy_pipeline::Reason::Signal },
        Error::Interrupted { reason: deploy_pipeline::Reason::Deadline },
        Error::LetGo,
        Error::NowhereToGo { release: release() },
        Error::Conflicts { step: "crds".parse().unwrap() },
        Error::ApplyChanged { step: "crds".parse().unwrap(), what: "ConfigMap/hub/coredns".into() },
        Error::Kept { step: "crds".parse().unwrap() },
        Error::Program {
            what: "failed",
            step: "networkban".parse().unwrap(),
            program: "secrets/ban.py".into(),
            how: "ended with exit code 3".into(),
        },
        Error::NotExecutable { step: "networkban".parse().unwrap(), program: "bin/warm.sh".into() },
    ];
    let codes: Vec<Code> = errors.iter().map(Diagnose::code).collect();
    assert_eq!(codes, PROBLEMS.iter().map(|entry| entry.code).collect::<Vec<_>>());
    let said: Vec<String> =
        errors.iter().map(|e| render(&ProblemRecord::from_diagnose(e), Style::Plain)).collect();
    insta::assert_snapshot!(said.join("\n\n"));
}
