//! What the cluster says no to: its class, its place in the chart, and what is left of the release.

use std::sync::Arc;
use std::time::Duration;

use helm_driver::{Class, Error, Failure};
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use k8s_openapi::api::core::v1::{ConfigMap, ResourceQuota};
use kube::api::{Api, DeleteParams, PostParams};
use problem::Diagnose as _;
use serde_json::json;

use crate::deny::Deny;
use crate::lab::{Lab, finish};

crate::both!(
    a_quota_is_named_and_the_rest_of_the_release_is_not_lost,
    an_immutable_field_is_named,
    an_object_of_somebody_else_is_not_touched,
    a_kind_that_is_not_there_is_named_before_anything_is_written,
    a_webhook_that_says_no_is_quoted,
    a_release_that_is_too_large_leaves_nothing,
    values_that_break_the_schema_are_found_in_their_file,
);

/// Fails, with its place at this line of the chart's or the values' files.
async fn failure(lab: &Lab, values: &str, class: Class, place: Option<&str>) -> Failure {
    let error = finish(lab.driver.upgrade(lab.with_values(values))).await.unwrap_err();
    let Error::Failed(failure) = &error else { panic!("{error}") };
    assert_eq!(failure.class, class, "{}", failure.message);
    let found = error.place().map(|place| place.to_string().replace(&format!("{}/", lab.root()), ""));
    assert_eq!(found.as_deref(), place, "{error}");
    (**failure).clone()
}

async fn a_quota_is_named_and_the_rest_of_the_release_is_not_lost(lab: Arc<Lab>) {
    lab.upgrade("count: 2\n").await;
    let quotas: Api<ResourceQuota> = Api::namespaced(lab.client.clone(), lab.namespace.as_str());
    let quota = json!({"metadata": {"name": "small"}, "spec": {"hard": {"count/services": "0"}}});
    quotas.create(&PostParams::default(), &serde_json::from_value(quota).unwrap()).await.unwrap();
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let used = quotas.get("small").await.unwrap().status.and_then(|status| status.used);
        if used.is_some_and(|used| !used.is_empty()) {
            break;
        }
    }
    let failure = failure(
        &lab,
        "count: 2\ncolor: red\nmore: true\n",
        Class::Quota,
        Some("lab/templates/more.yaml:13:1"),
    )
    .await;
    assert_eq!(failure.api.as_ref().map(|api| api.code), Some(403));
    assert_eq!(lab.history().await, ["1 deployed", "2 failed"]);
    lab.rollback(1).await.unwrap();
    assert_eq!(lab.colors().await.into_values().collect::<Vec<_>>(), ["blue", "blue"]);
}

async fn an_immutable_field_is_named(lab: Arc<Lab>) {
    lab.upgrade("more: true\n").await;
    let template = lab.root().join("lab/templates/more.yaml");
    let text = std::fs::read_to_string(&template).unwrap();
    std::fs::write(&template, text.replace("app: web", "app: other")).unwrap();
    let at = Some("lab/templates/more.yaml:3:1");
    let failure = failure(&lab, "more: true\n", Class::Immutable, at).await;
    assert_eq!(failure.api.as_ref().unwrap().causes[0].field, "spec.selector");
    assert_eq!(lab.history().await, ["1 deployed", "2 failed"]);
    lab.rollback(1).await.unwrap();
    assert_eq!(lab.colors().await.len(), 3);
}

async fn an_object_of_somebody_else_is_not_touched(lab: Arc<Lab>) {
    let maps: Api<ConfigMap> = Api::namespaced(lab.client.clone(), lab.namespace.as_str());
    let theirs = json!({"metadata": {"name": "map-001"}, "data": {"color": "theirs"}});
    maps.create(&PostParams::default(), &serde_json::from_value(theirs).unwrap()).await.unwrap();
    let before = lab.versions().await;
    let failure = failure(&lab, "count: 3\n", Class::Ownership, Some("lab/templates/maps.yaml:4:1")).await;
    assert_eq!((failure.left.written, &failure.left.record), (0, &None));
    assert_eq!(lab.versions().await, before);
}

async fn a_kind_that_is_not_there_is_named_before_anything_is_written(lab: Arc<Lab>) {
    let text = "apiVersion: nothing.example.org/v1\nkind: Nothing\nmetadata: {name: x}\n";
    std::fs::write(lab.root().join("lab/templates/thing.yaml"), text).unwrap();
    let before = lab.versions().await;
    failure(&lab, "count: 3\n", Class::NoSuchKind, Some("lab/templates/thing.yaml:2:1")).await;
    assert_eq!(lab.versions().await, before);
    assert!(lab.history().await.is_empty());
}

async fn a_webhook_that_says_no_is_quoted(lab: Arc<Lab>) {
    lab.upgrade("count: 2\n").await;
    let deny = Deny::start("no services on Sundays").await;
    let hooks: Api<ValidatingWebhookConfiguration> = Api::all(lab.client.clone());
    let hook = json!({"metadata": {"name": lab.namespace}, "webhooks": [{
        "name": "deny.example.org", "admissionReviewVersions": ["v1"], "sideEffects": "None",
        "clientConfig": {"url": deny.url(), "caBundle": deny.certificate()},
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": lab.namespace}},
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["services"]}],
    }]});
    hooks.create(&PostParams::default(), &serde_json::from_value(hook).unwrap()).await.unwrap();
    deny.is_asked(&lab).await;
    let values = "count: 2\ncolor: red\nmore: true\n";
    let planned = lab.driver.plan(lab.with_values(values)).await.unwrap_err();
    assert!(matches!(&planned, Error::Failed(failure) if failure.class == Class::Admission), "{planned}");
    let failure = failure(&lab, values, Class::Admission, Some("lab/templates/more.yaml:13:1")).await;
    assert!(failure.message.contains("no services on Sundays"), "{}", failure.message);
    hooks.delete(lab.namespace.as_str(), &DeleteParams::default()).await.unwrap();
    assert_eq!(lab.history().await, ["1 deployed", "2 failed"]);
    lab.rollback(1).await.unwrap();
    assert_eq!(lab.colors().await.into_values().collect::<Vec<_>>(), ["blue", "blue"]);
}

async fn a_release_that_is_too_large_leaves_nothing(lab: Arc<Lab>) {
    lab.upgrade("count: 2\n").await;
    let mut dice = crate::dice::Dice::new(7);
    std::fs::write(lab.root().join("lab/large.txt"), dice.text_of(1_800_000)).unwrap();
    let before = lab.versions().await;
    let failure = failure(&lab, "count: 2\ncolor: red\n", Class::TooLarge, None).await;
    assert_eq!(failure.left.written, 0);
    assert_eq!(lab.versions().await, before);
    assert_eq!(lab.history().await, ["1 deployed"]);
}

async fn values_that_break_the_schema_are_found_in_their_file(lab: Arc<Lab>) {
    let schema = r#"{"properties": {"color": {"type": "string"}}}"#;
    std::fs::write(lab.root().join("lab/values.schema.json"), schema).unwrap();
    failure(&lab, "count: 2\n\ncolor: 5\n", Class::Schema, Some("values.yaml:3:1")).await;
    assert!(lab.history().await.is_empty());
}
