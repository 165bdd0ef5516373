//! Every recorded text of the real binaries has its class, and every class has a recorded text or a reason.

use std::collections::BTreeMap;

use camino::Utf8Path;

use crate::classify::classify;
use crate::talk::Talk;
use crate::{ApiStatus, Chart, Class, place};

/// What each recording is of, and where Helm says it lies in a chart at `charts/x`.
const RECORDED: &[(&str, Class, Option<&str>)] = &[
    ("admission", Class::Admission, None),
    ("admission-webhook", Class::Admission, None),
    ("api-busy", Class::Transient, None),
    ("api-cut", Class::Transient, None),
    ("api-throttled", Class::Transient, None),
    ("chart-broken", Class::Chart, None),
    ("chart-kube-version", Class::Chart, None),
    ("chart-missing", Class::Chart, None),
    ("chart-too-large", Class::Chart, None),
    ("conflict", Class::Conflict, None),
    ("dependency-constraint", Class::Dependency, None),
    ("dependency-lock", Class::Dependency, None),
    ("dependency-missing", Class::Dependency, None),
    ("dependency-range", Class::Dependency, None),
    ("dependency-unpublished", Class::Dependency, None),
    ("etcd-leader", Class::Transient, None),
    ("etcd-timeout", Class::Transient, None),
    ("forbidden", Class::Forbidden, None),
    ("forbidden-object", Class::Forbidden, None),
    ("hook-failed", Class::Hook, None),
    ("hook-failed-post", Class::Hook, None),
    ("hook-timeout", Class::Hook, None),
    ("immutable", Class::Immutable, None),
    ("immutable-statefulset", Class::Immutable, None),
    ("invalid", Class::Invalid, None),
    ("invalid-type", Class::Invalid, None),
    ("namespace-absent", Class::NoNamespace, None),
    ("namespace-terminating", Class::Terminating, None),
    ("no-deployed", Class::NoDeployed, None),
    ("no-such-kind", Class::NoSuchKind, None),
    ("not-ready", Class::NotReady, None),
    ("ownership", Class::Ownership, None),
    ("pending", Class::Pending, None),
    ("quota", Class::Quota, None),
    ("race", Class::Race, None),
    ("registry-down", Class::Repository, None),
    ("removed-kind", Class::NoSuchKind, None),
    ("rendered-yaml", Class::RenderedYaml, Some("charts/x/templates/tab.yaml")),
    ("repository-down", Class::Repository, None),
    ("rollback-failed", Class::RollbackFailed, None),
    ("rollback-no-release", Class::NoRevision, None),
    ("rollback-no-revision", Class::NoRevision, None),
    ("schema", Class::Schema, None),
    ("template-fail", Class::Template, Some("charts/x/templates/fail.yaml:1:3")),
    ("template-nil", Class::Template, Some("charts/x/templates/nil.yaml:1:13")),
    ("template-required", Class::Template, Some("charts/x/templates/r.yaml:1:6")),
    ("template-syntax", Class::Template, Some("charts/x/templates/syntax.yaml:1")),
    ("too-large", Class::TooLarge, None),
    ("unauthorised", Class::Unauthorised, None),
    ("unauthorised-query", Class::Unauthorised, None),
    ("uninstall-no-release", Class::NoRevision, None),
    ("unreachable", Class::Unreachable, None),
    ("unreachable-name", Class::Unreachable, None),
    ("values-list", Class::ValuesYaml, None),
    ("values-yaml", Class::ValuesYaml, None),
    ("webhook-down", Class::WebhookDown, None),
];

/// Texts that were met with these binaries, or stand in their sources, and take more to provoke than a recording.
const WRITTEN_DOWN: &[(&str, Class)] = &[
    (
        "looks like \"https://x\" is not a valid chart repository or cannot be reached: Get: EOF",
        Class::Repository,
    ),
    ("http2: client connection lost", Class::Transient),
    ("pre-upgrade hooks failed: job x failed: BackoffLimitExceeded", Class::Hook),
    ("timed out waiting for the condition", Class::NotReady),
    (
        "current release manifest contains removed kubernetes api(s) for this kubernetes version",
        Class::NoSuchKind,
    ),
    ("something that nobody has seen before", Class::Unknown),
    ("", Class::Unknown),
];

fn recorded() -> BTreeMap<(String, String), String> {
    let directory = test_support::fixtures().join("helm/errors");
    let mut texts = BTreeMap::new();
    for entry in directory.read_dir_utf8().unwrap() {
        let path = entry.unwrap().into_path();
        let (case, major) = path.file_stem().unwrap().rsplit_once('.').unwrap();
        texts.insert((case.to_owned(), major.to_owned()), std::fs::read_to_string(&path).unwrap());
    }
    texts
}

fn message(text: &str) -> String {
    let mut talk = Talk::default();
    text.lines().for_each(|line| talk.hear(line.to_owned()));
    talk.message()
}

#[test]
fn every_recording_of_both_majors_has_its_class_and_place() {
    let texts = recorded();
    for ((case, major), text) in &texts {
        let Some((_, class, at)) = RECORDED.iter().find(|(known, ..)| known == case) else {
            panic!("no class is written down for {case}");
        };
        let message = message(text);
        assert_eq!(classify(&message, &[]), *class, "{case}.{major}: {message}");
        let place = place::in_message(&message, &Chart::Directory(Utf8Path::new("charts/x").into()));
        assert_eq!(place.map(|place| place.to_string()).as_deref(), *at, "{case}.{major}");
    }
    for (case, ..) in RECORDED {
        let majors = texts.keys().filter(|(known, _)| known == case).count();
        assert_eq!(majors, if *case == "conflict" { 1 } else { 2 }, "{case} is not recorded of both majors");
    }
}

#[test]
fn every_written_down_text_has_its_class_and_no_class_is_without_a_text() {
    for (text, class) in WRITTEN_DOWN {
        assert_eq!(classify(text, &[]), *class, "{text}");
    }
    for class in Class::ALL {
        let is_there = RECORDED.iter().any(|(_, known, _)| known == class)
            || WRITTEN_DOWN.iter().any(|(_, known)| known == class);
        assert!(is_there, "nothing shows {class:?}");
    }
}

#[test]
fn the_api_servers_answer_helps_where_helm_says_nothing() {
    let failed = |code, reason: &str, message: &str| ApiStatus::refusal(code, reason, message);
    let cases = [
        (
            "Kubernetes cluster unreachable: unknown",
            failed(403, "Forbidden", "forbidden: User \"x\" cannot get path \"/version\""),
            Class::Forbidden,
        ),
        (
            "Kubernetes cluster unreachable: unknown",
            failed(401, "Unauthorized", "Unauthorized"),
            Class::Unauthorised,
        ),
        (
            "something new",
            failed(422, "Invalid", "Deployment \"x\" is invalid: spec.selector: field is immutable"),
            Class::Immutable,
        ),
        ("something new", failed(418, "", "short and stout"), Class::Unknown),
    ];
    for (message, status, class) in cases {
        assert_eq!(classify(message, &[status]), class, "{message}");
    }
}

#[test]
fn messages_read_well() {
    let texts = recorded();
    let read = |case: &str, major: &str| message(&texts[&(case.to_owned(), major.to_owned())]);
    let shown = [
        read("quota", "3"),
        read("immutable", "4"),
        read("hook-failed", "3"),
        read("template-nil", "4"),
        read("schema", "3"),
    ];
    insta::assert_snapshot!(shown.join("\n--\n"));
}
