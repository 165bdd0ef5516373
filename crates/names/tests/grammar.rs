//! The grammars against the limits that Kubernetes and Helm document.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

use names::{MemberName, Namespace, ObjectRef, ReleaseName};
use proptest::prelude::*;

#[test]
fn each_broken_rule_has_its_own_sentence() {
    let cases: [(&str, Result<(), String>); 5] = [
        ("Staging", "Staging".parse::<MemberName>().map(drop).map_err(|e| e.to_string())),
        ("", "".parse::<Namespace>().map(drop).map_err(|e| e.to_string())),
        ("-a", "-a".parse::<Namespace>().map(drop).map_err(|e| e.to_string())),
        ("a.b", "a.b".parse::<Namespace>().map(drop).map_err(|e| e.to_string())),
        ("long", "r".repeat(54).parse::<ReleaseName>().map(drop).map_err(|e| e.to_string())),
    ];
    let text: Vec<String> = cases.into_iter().map(|(_, r)| r.expect_err("must be refused")).collect();
    insta::assert_snapshot!(text.join("\n"), @"
    `Staging` is not a valid member name: `S` is not allowed, only lower-case letters, digits and `-`
    `` is not a valid namespace: it is empty
    `-a` is not a valid namespace: it must begin and end with a letter or digit
    `a.b` is not a valid namespace: `.` is not allowed, only lower-case letters, digits and `-`
    `rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr` is not a valid release name: it has 54 characters, at most 53 are allowed
    ");
}

#[test]
fn json_refuses_what_the_parser_refuses() {
    assert!(serde_json::from_str::<ReleaseName>("\"binder\"").is_ok());
    assert!(serde_json::from_str::<ReleaseName>("\"Binder\"").is_err());
}

#[test]
fn an_object_reads_as_an_operator_types_it() {
    let namespace: Namespace = "staging".parse().unwrap();
    assert_eq!(ObjectRef::namespaced("Deployment", &namespace, "hub").to_string(), "Deployment/staging/hub");
}

proptest! {
    #[test]
    fn whatever_is_accepted_comes_back_unchanged(text in "[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?") {
        prop_assert_eq!(text.parse::<MemberName>().unwrap().to_string(), text);
    }
}
