//! Every error's text, code and next step, pinned.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use helm_release::{Revision, Status};
use problem::{Diagnose as _, Place};

use crate::{Class, Error, Failure, Left, PROBLEMS, Record};

fn every_error() -> Vec<Error> {
    let hub = || "hub".parse().unwrap();
    let prod = || "prod".parse().unwrap();
    let io = || io::Error::other("why");
    let left = || Left {
        record: Some(Record { revision: Revision::new(7).unwrap(), status: Status::Failed }),
        written: 3,
        last: Some(names::ObjectRef::namespaced("Deployment", &prod(), "hub")),
    };
    let place = || Place::new("config/prod.yaml", 3, 1);
    let mut errors = vec![
        Error::NoHelm { path: "/x/helm".into(), source: child::Error::BareName { program: "helm".into() } },
        Error::NotHelm { path: "/x/helm".into(), said: "hello".into() },
        Error::Name { path: "/x/helm3".into() },
        Error::Version { path: "/x/helm".into(), version: semver::Version::new(3, 18, 0) },
        Error::Pin {
            path: "/x/helm".into(),
            version: semver::Version::new(4, 3, 1),
            pin: "^3.19".parse().unwrap(),
        },
        Error::ChartPacked { path: "mybinder.tgz".into(), source: io() },
        Error::ChartDigest {
            chart: "oci://quay.io/charts/x:1.0.0".into(),
            wanted: crate::ChartDigest::of(b"a"),
            found: crate::ChartDigest::of(b"b"),
        },
        Error::Random { source: io() },
        Error::Homes { path: "/x".into(), source: io() },
        Error::Relay { source: io() },
        Error::Child(child::Error::BareName { program: "helm".into() }),
        Error::ChartMissing { path: "mybinder".into() },
        Error::ChartUnreadable { path: "mybinder/Chart.yaml".into(), source: io() },
        Error::ChartSealed { path: "mybinder/files/key".into() },
        Error::ChartVendored {
            name: "binderhub".into(),
            wanted: "1.2.4".into(),
            found: "1.2.3".into(),
            place: Box::new(Place::new("mybinder/Chart.yaml", 6, 14)),
        },
        Error::ValuesMissing { path: "config/prod.yaml".into(), source: io() },
        Error::ValuesSealed { path: "secrets/prod.yaml".into() },
        Error::ValuesText { what: "a zero byte", place: place() },
        Error::ValuesYaml { reason: "found a tab character".into(), place: place() },
        Error::Label { label: "owner=me".into(), why: "Helm sets it itself" },
        Error::Cancelled { reason: "interrupted".into(), left: Box::new(left()) },
        Error::Fenced { reason: "the lock is lost".into(), left: Box::new(left()) },
        Error::TimedOut { after: Duration::from_secs(600), left: Box::new(left()) },
        Error::TimedOut { after: Duration::from_secs(600), left: Box::default() },
        Error::Killed { exit: "ended by signal 9".into(), left: Box::new(left()) },
        Error::Unrecorded { left: Box::new(left()) },
        Error::Undeleted {
            objects: vec![names::ObjectRef::namespaced("ConfigMap", &prod(), "old")],
            left: Box::new(left()),
        },
        Error::NoRelease { release: hub(), namespace: prod() },
        Error::NoRevision { release: hub(), namespace: prod(), revision: Revision::FIRST },
        Error::Store {
            doing: "read",
            release: hub(),
            namespace: prod(),
            source: Box::new(kube::Error::TlsRequired),
        },
        Error::Unreadable {
            secret: "sh.helm.release.v1.hub.v1".into(),
            namespace: prod(),
            source: helm_release::Error::Field { field: "name" },
        },
        Error::Unproven { why: "a plan may not send what it does not know".into() },
    ];
    errors.extend(Class::ALL.iter().map(|class| {
        Error::Failed(Box::new(Failure {
            class: *class,
            message: "Helm's words".into(),
            api: None,
            place: None,
            left: left(),
            exit: "exit code 1".into(),
        }))
    }));
    errors
}

#[test]
fn every_error_says_what_and_what_next() {
    let lines: Vec<String> = every_error()
        .iter()
        .map(|error| {
            let place = error.place().map(|place| format!(" @ {place}")).unwrap_or_default();
            format!("{}: {error}{place}\n    {}", error.code(), error.help().unwrap())
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_table_and_the_errors_have_the_same_codes() {
    let of_errors: BTreeSet<_> = every_error().iter().map(Error::code).collect();
    let of_table: BTreeSet<_> = PROBLEMS.iter().map(|entry| entry.code).collect();
    assert_eq!(of_errors, of_table);
    assert_eq!(PROBLEMS.len(), of_table.len(), "a code stands twice in the table");
}

#[test]
fn only_what_was_changed_calls_for_a_rollback() {
    assert!(!Error::ChartMissing { path: "x".into() }.changed_anything());
    assert!(!Error::Cancelled { reason: "x".into(), left: Box::default() }.changed_anything());
    let wrote = Left { written: 1, ..Left::default() };
    assert!(Error::Killed { exit: "x".into(), left: Box::new(wrote) }.changed_anything());
}
