//! Whatever Helm may have stored comes back unchanged, and nothing of it shows in `Debug`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use std::collections::BTreeMap;

use helm_release::{ApplyMethod, Release, Status};
use proptest::prelude::*;
use serde_json::{Value, json};

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map("[a-zA-Z.]{1,8}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_release_comes_back_with_every_field(
        config in tree(), extra in tree(), manifest in "\\PC{0,80}", version in 1u32..,
        status in "(deployed|failed|superseded|pending-upgrade|from-the-future)",
    ) {
        let document = json!({
            "name": "hub", "namespace": "prod", "version": version, "config": config, "manifest": manifest,
            "info": {"status": status, "description": "Upgrade complete", "unknown": extra}, "new-in-helm-9": extra,
        });
        let labels = BTreeMap::from([("owner".into(), "helm".into()), ("run".into(), "r1".into())]);
        let release = Release::decode_json(document.to_string().as_bytes(), &labels).unwrap();
        let again = Release::decode(&release.encode().unwrap(), &release.secret_labels()).unwrap();
        prop_assert_eq!(&again, &release);
        prop_assert_eq!(again.status().as_str(), status.as_str());
        prop_assert_eq!(again.config().unwrap(), &config);
        prop_assert_eq!(again.labels().get("run").map(String::as_str), Some("r1"));

        let mut settled = again;
        settled.settle(Status::Failed, "our words");
        let settled = Release::decode(&settled.encode().unwrap(), &settled.secret_labels()).unwrap();
        prop_assert_eq!(settled.description(), "our words");
        prop_assert_eq!(settled.status(), &Status::Failed);
        prop_assert_eq!(settled.config().unwrap(), &config);
        prop_assert_eq!(settled.manifest(), manifest);
    }

    #[test]
    fn no_json_panics(document in tree()) {
        let _ = Release::decode_json(document.to_string().as_bytes(), &BTreeMap::new());
    }
}

#[test]
fn debug_shows_no_value_and_no_manifest() {
    let document = json!({
        "name": "hub", "namespace": "prod", "version": 3,
        "config": {"proxy": {"secretToken": "planted-value"}}, "manifest": "planted-value",
        "hooks": [{"name": "h", "kind": "Job", "manifest": "planted-value"}],
        "chart": {"metadata": {"name": "hub", "version": "1.2.3"}, "values": {"x": "planted-value"}},
    });
    let release = Release::decode_json(document.to_string().as_bytes(), &BTreeMap::new()).unwrap();
    let shown = format!("{release:?} {:?}", release.hooks());
    assert!(!shown.contains("planted-value"), "{shown}");
    assert!(shown.contains("hub-1.2.3"), "{shown}");
}

#[test]
fn what_is_not_there_is_read_as_not_there() {
    let release =
        Release::decode_json(br#"{"name":"a","namespace":"b","version":1}"#, &BTreeMap::new()).unwrap();
    assert_eq!(release.status(), &Status::Unknown);
    assert_eq!(release.apply_method(), ApplyMethod::ClientSide);
    assert_eq!((release.manifest(), release.description(), release.hooks().len()), ("", "", 0));
    assert!(
        release.objects().is_empty() && release.value("a.b").is_none() && release.first_deployed().is_none()
    );
}

#[test]
fn what_makes_no_release_is_an_error_that_names_the_field() {
    let cases = [
        (json!({"namespace": "b", "version": 1}), "name"),
        (json!({"name": "A!", "namespace": "b", "version": 1}), "name"),
        (json!({"name": "a", "version": 1}), "namespace"),
        (json!({"name": "a", "namespace": "b", "version": 0}), "version"),
        (json!({"name": "a", "namespace": "b", "version": "1"}), "version"),
    ];
    for (document, field) in cases {
        let error = Release::decode_json(document.to_string().as_bytes(), &BTreeMap::new()).unwrap_err();
        assert!(matches!(error, helm_release::Error::Field { field: found } if found == field), "{error}");
    }
    let error = Release::decode_secret(&json!({"data": {}})).unwrap_err();
    assert!(matches!(error, helm_release::Error::Field { field: "data.release" }));
}

#[test]
fn what_a_revision_lacks_is_added_once() {
    let revision = |manifest: &str| {
        let document = json!({"name": "a", "namespace": "b", "version": 1, "manifest": manifest});
        Release::decode_json(document.to_string().as_bytes(), &BTreeMap::new()).unwrap()
    };
    let map = |name: &str| {
        format!("---\n# Source: c/templates/{name}.yaml\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
    };
    let mut newest = revision(map("x").trim_end());
    let before = revision(&(map("x") + &map("y") + "---\n# nothing\n"));
    assert_eq!(newest.add_missing(&before), 1);
    assert_eq!(newest.add_missing(&before), 0);
    let names: Vec<String> = newest.objects().into_iter().map(|found| found.object.name).collect();
    assert_eq!(names, ["x", "y"]);
    let mut empty = revision("");
    assert_eq!(empty.add_missing(&before), 2);
    assert_eq!(empty.manifest(), map("x") + &map("y"));
}
