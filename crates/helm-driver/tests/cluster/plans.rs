//! A plan says what will happen, and nothing happens.

use std::collections::BTreeSet;
use std::sync::Arc;

use helm_driver::{Change, Class, Error, Plan};

use crate::lab::{Lab, finish};

crate::both!(
    the_plan_of_a_first_install_writes_nothing,
    a_plan_that_changes_and_deletes_writes_nothing_and_comes_true,
    a_plan_names_what_cannot_be_proven_yet,
    a_plan_fails_as_the_upgrade_would,
    no_secret_value_is_in_a_plan,
    the_api_server_saw_only_dry_runs,
);

fn of(plan: &Plan, change: Change) -> BTreeSet<String> {
    let objects = plan.writes.iter().filter(|write| write.change == change);
    objects.map(|write| format!("{}/{}", write.object.kind, write.object.name)).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

async fn the_plan_of_a_first_install_writes_nothing(lab: Arc<Lab>) {
    let before = lab.versions().await;
    let plan = lab.driver.plan(lab.with_values("count: 2\nmore: true\nhook: pre-install\n")).await.unwrap();
    assert_eq!(lab.versions().await, before);
    assert!(lab.history().await.is_empty());
    assert_eq!((plan.revision.get(), plan.chart.as_str()), (1, "lab-1.2.3"));
    let all =
        set(&["ConfigMap/map-000", "ConfigMap/map-001", "Deployment/web", "Secret/token", "Service/web"]);
    assert_eq!(of(&plan, Change::Create), all);
    assert_eq!(plan.writes.len(), 5);
    let hook = &plan.hooks[0];
    assert_eq!(
        (hook.object.to_string(), hook.events.as_slice()),
        (format!("Job/{}/hook", lab.namespace), ["pre-install".to_owned()].as_slice())
    );
    let again = lab.driver.plan(lab.with_values("count: 2\nmore: true\nhook: pre-install\n")).await.unwrap();
    assert_eq!(again, plan);
}

async fn a_plan_that_changes_and_deletes_writes_nothing_and_comes_true(lab: Arc<Lab>) {
    lab.upgrade("count: 4\nmore: true\nclaim: true\n").await;
    let before = lab.versions().await;

    let same = lab.driver.plan(lab.with_values("count: 4\nmore: true\nclaim: true\n")).await.unwrap();
    assert!(same.is_empty(), "{same:?}");
    assert_eq!(same.writes.len(), 8);

    // Fewer maps, without the claim, another image.
    let values = "count: 2\nmore: true\ncolor: red\n";
    let plan = lab.driver.plan(lab.with_values(values)).await.unwrap();
    assert_eq!(lab.versions().await, before, "a plan wrote");
    assert_eq!(lab.history().await, ["1 deployed"]);
    assert_eq!(plan.revision.get(), 2);
    assert_eq!(of(&plan, Change::Update), set(&["ConfigMap/map-000", "ConfigMap/map-001", "Deployment/web"]));
    assert_eq!(
        of(&plan, Change::Delete),
        set(&["ConfigMap/map-002", "ConfigMap/map-003", "PersistentVolumeClaim/db"])
    );
    assert_eq!(of(&plan, Change::Unchanged), set(&["Secret/token", "Service/web"]));
    assert_ne!(plan.hash, same.hash);
    assert_eq!(lab.driver.plan(lab.with_values(values)).await.unwrap(), plan, "not the same twice");

    lab.upgrade(values).await;
    let after = lab.versions().await;
    let objects = |name: &&String| !name.starts_with("Secret/sh.helm");
    let gone: BTreeSet<String> = before
        .keys()
        .filter(|name| after.get(*name).is_none_or(|version| version.contains("deleting")))
        .cloned()
        .collect();
    assert_eq!(gone, of(&plan, Change::Delete));
    let changed: BTreeSet<String> = after
        .keys()
        .filter(objects)
        .filter(|name| !gone.contains(*name) && before.get(*name) != after.get(*name))
        .cloned()
        .collect();
    // The Deployment's controller writes its status, so its version alone proves little; the set still must be this.
    assert_eq!(changed, of(&plan, Change::Update));
}

async fn a_plan_names_what_cannot_be_proven_yet(lab: Arc<Lab>) {
    let mut upgrade = lab.with_values("count: 2\n");
    upgrade.namespace = format!("{}-absent", lab.namespace).parse().unwrap();
    upgrade.create_namespace = true;
    let plan = lab.driver.plan(upgrade.clone()).await.unwrap();
    let unproven: Vec<_> = plan.writes.iter().filter(|write| write.unproven.is_some()).collect();
    assert_eq!(unproven.len(), 2, "{plan:?}");
    assert!(unproven[0].unproven.as_ref().unwrap().contains("not found"));
    assert!(of(&plan, Change::Create).contains(&format!("Namespace/{}", upgrade.namespace)));
    assert!(!plan.is_empty());
    let namespaces: kube::Api<k8s_openapi::api::core::v1::Namespace> = kube::Api::all(lab.client.clone());
    assert!(namespaces.get_opt(upgrade.namespace.as_str()).await.unwrap().is_none());
}

async fn a_plan_fails_as_the_upgrade_would(lab: Arc<Lab>) {
    lab.upgrade("more: true\n").await;
    let before = lab.versions().await;
    let template = lab.root().join("lab/templates/more.yaml");
    let text = std::fs::read_to_string(&template).unwrap();
    std::fs::write(&template, text.replace("app: web", "app: other")).unwrap();
    let error = lab.driver.plan(lab.with_values("more: true\n")).await.unwrap_err();
    let Error::Failed(failure) = &error else { panic!("{error}") };
    assert_eq!(failure.class, Class::Immutable);
    assert_eq!(
        failure.api.as_ref().map(|api| (api.code, api.causes[0].field.clone())),
        Some((422, "spec.selector".to_owned()))
    );
    assert!(!error.changed_anything());
    assert_eq!(lab.versions().await, before);
    let real = finish(lab.driver.upgrade(lab.with_values("more: true\n"))).await.unwrap_err();
    assert!(matches!(&real, Error::Failed(failure) if failure.class == Class::Immutable), "{real}");
}

async fn no_secret_value_is_in_a_plan(lab: Arc<Lab>) {
    lab.upgrade("more: true\npassword: planted-before\n").await;
    let plan = lab.driver.plan(lab.with_values("more: true\npassword: planted-after\n")).await.unwrap();
    assert_eq!(of(&plan, Change::Update), set(&["Secret/token"]));
    let shown = format!("{plan:?} {}", serde_json::to_string(&plan).unwrap());
    assert!(!shown.contains("planted"), "{shown}");
    // cGxhbnRlZC: `planted-` in base64.
    assert!(!shown.contains("cGxhbnRlZC"), "{shown}");
}

async fn the_api_server_saw_only_dry_runs(lab: Arc<Lab>) {
    lab.upgrade("count: 3\nmore: true\nclaim: true\n").await;
    let before = lab.writes_in_audit_log().len();
    // 3 maps, 3 more, a claim; the record is created, then brought up to date.
    assert!(before >= 9, "the log knows {before} writes of an upgrade");
    lab.driver.plan(lab.with_values("count: 1\nmore: true\ncolor: red\n")).await.unwrap();
    let planned = lab.writes_in_audit_log().split_off(before);
    assert!(planned.iter().any(|write| write.starts_with("delete ")), "{planned:?}");
    assert!(planned.iter().any(|write| write.starts_with("patch ")), "{planned:?}");
    for write in planned {
        assert!(write.contains("dryRun=All") && !write.contains("sh.helm.release"), "{write}");
    }
}
