//! The words of every refusal.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use deploy_ledger::{Error, Holder, PROBLEMS};
use problem::{Diagnose, ProblemRecord, Style, render};

#[test]
fn every_error_says_what_where_and_what_next() {
    let holder =
        Holder { run: "r1".into(), who: "ada".into(), host: "ci-3".into(), commit: None, process: None };
    let api = kube::Error::Api(Box::new(kube::core::Status::failure("leases is forbidden", "Forbidden")));
    let errors = [
        Error::Locked { name: "deploy-lock.hub".into(), holder: Box::new(holder) },
        Error::Overtaken { name: "deploy-ledger.hub".into(), run: "r2".into() },
        Error::NotOurs {
            name: "deploy-ledger.hub".into(),
            source: serde_json::from_str::<u8>("x").unwrap_err(),
        },
        Error::Damaged { name: "deploy-verified.hub".into() },
        Error::Api { verb: "create", kind: "Lease", name: "deploy-lock.hub".into(), source: Box::new(api) },
        Error::Local { path: "state/ledger.json".into(), source: std::io::Error::other("no space left") },
    ];
    let mut codes: Vec<_> = errors.iter().map(Diagnose::code).collect();
    codes.dedup();
    assert_eq!(codes, PROBLEMS.iter().map(|entry| entry.code).collect::<Vec<_>>());
    let said: Vec<String> =
        errors.iter().map(|error| render(&ProblemRecord::from_diagnose(error), Style::Plain)).collect();
    insta::assert_snapshot!(said.join("\n\n"));
}
