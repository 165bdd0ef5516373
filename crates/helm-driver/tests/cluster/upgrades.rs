//! What goes well.

use std::sync::Arc;
use std::time::Duration;

use helm_driver::{Progress, Verb};
use helm_release::{Revision, Status};
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Api, DeleteParams};

use crate::lab::{Lab, finish, watch};

crate::both!(
    install_upgrade_and_rollback_to_an_explicit_revision,
    a_pruned_revision_is_restored_and_rolled_back_to,
    an_uninstall_keeps_data,
    a_rollback_takes_away_what_earlier_failures_left,
    five_members_at_once,
    an_absent_namespace_is_made_when_asked,
);

async fn install_upgrade_and_rollback_to_an_explicit_revision(lab: Arc<Lab>) {
    let mut told = Vec::new();
    let done =
        watch(lab.driver.upgrade(lab.with_values("count: 3\nmore: true\n")), |progress| match progress {
            Progress::Wrote { verb, object, code } => {
                assert!((200..300).contains(code), "{object}: {code}");
                assert!(matches!(verb, Verb::Create | Verb::Apply), "{verb}");
                told.push(object.to_string());
            }
            Progress::Recorded { revision, objects, .. } => assert_eq!((revision.get(), *objects), (1, 6)),
            _ => {}
        })
        .await
        .unwrap();
    assert_eq!((done.revision.get(), done.written, done.objects), (1, 6, 6));
    told.sort();
    let namespace = &lab.namespace;
    let kinds = [
        "ConfigMap/N/map-000",
        "ConfigMap/N/map-001",
        "ConfigMap/N/map-002",
        "Deployment/N/web",
        "Secret/N/token",
        "Service/N/web",
    ];
    assert_eq!(told, kinds.map(|kind| kind.replace("/N/", &format!("/{namespace}/"))));

    let done = lab.upgrade("count: 3\nmore: true\ncolor: red\n").await;
    assert_eq!(done.revision.get(), 2);
    assert!(lab.colors().await.values().all(|color| color == "red"));
    let live = lab.driver.release(namespace, &lab.release, done.revision).await.unwrap();
    assert_eq!((live.status(), live.labels()["run"].as_str()), (&Status::Deployed, "r1"));
    assert_eq!(live.description(), "with count: 3 more: true color: red ");
    assert_eq!(live.chart().version, "1.2.3");

    // A failed revision in between: Helm itself would choose it.
    let third = finish(lab.driver.upgrade(
        lab.with_values("color: green\nhook: pre-upgrade\nhookTag: 1-never-ready\nhookDeadline: 1\n"),
    ))
    .await;
    assert!(third.is_err());
    assert_eq!(lab.history().await, ["1 superseded", "2 deployed", "3 failed"]);
    let back = lab.rollback(1).await.unwrap();
    assert_eq!(back.revision.get(), 4);
    assert_eq!(lab.history().await, ["1 superseded", "2 superseded", "3 failed", "4 deployed"]);
    assert!(lab.colors().await.values().all(|color| color == "blue"));
}

async fn a_pruned_revision_is_restored_and_rolled_back_to(lab: Arc<Lab>) {
    lab.upgrade("color: blue\n").await;
    lab.upgrade("color: red\n").await;
    let first = lab.driver.release(&lab.namespace, &lab.release, Revision::FIRST).await.unwrap();
    let secrets: Api<Secret> = Api::namespaced(lab.client.clone(), lab.namespace.as_str());
    let stored = secrets.get(&first.secret_name()).await.unwrap();
    assert!(!lab.driver.restore(&first).await.unwrap(), "what is there is left alone");
    secrets.delete(&first.secret_name(), &DeleteParams::default()).await.unwrap();
    let gone = lab.driver.release(&lab.namespace, &lab.release, Revision::FIRST).await.unwrap_err();
    assert!(matches!(gone, helm_driver::Error::NoRevision { .. }), "{gone}");
    assert!(lab.rollback(1).await.is_err());

    assert!(lab.driver.restore(&first).await.unwrap());
    let again = secrets.get(&first.secret_name()).await.unwrap();
    assert_eq!(
        (&again.type_, again.metadata.labels.as_ref().unwrap()["run"].as_str()),
        (&stored.type_, "r1")
    );
    assert_eq!(lab.driver.release(&lab.namespace, &lab.release, Revision::FIRST).await.unwrap(), first);
    lab.rollback(1).await.unwrap();
    assert!(lab.colors().await.values().all(|color| color == "blue"));
}

async fn an_uninstall_keeps_data(lab: Arc<Lab>) {
    lab.upgrade("claim: true\n").await;
    let mut kept = Vec::new();
    let operation = lab.driver.uninstall(lab.release.clone(), lab.namespace.clone(), Duration::from_secs(60));
    let done = watch(operation, |progress| {
        if let Progress::Kept { object } = progress {
            kept.push(object.to_string());
        }
    })
    .await
    .unwrap();
    assert_eq!((done.revision.get(), done.written), (1, 3));
    assert_eq!(kept, [format!("PersistentVolumeClaim/{}/db", lab.namespace)]);
    assert!(lab.history().await.is_empty());
    assert!(lab.colors().await.is_empty());
    let versions = lab.versions().await;
    assert!(
        versions.get("PersistentVolumeClaim/db").is_some_and(|version| !version.contains("deleting")),
        "{versions:?}"
    );
    // And the next install takes it over.
    assert_eq!(lab.upgrade("claim: true\n").await.revision.get(), 1);
}

async fn a_rollback_takes_away_what_earlier_failures_left(lab: Arc<Lab>) {
    lab.upgrade("count: 1\nmore: true\n").await;
    // Two upgrades that fail after their objects: the first made a claim, the second drops things.
    let failing = "hook: post-upgrade\nhookTag: 1-never-ready\nhookDeadline: 1\n";
    for values in ["count: 3\nmore: true\nclaim: true\n", "count: 2\n"] {
        let error =
            finish(lab.driver.upgrade(lab.with_values(&format!("{values}{failing}")))).await.unwrap_err();
        assert!(
            matches!(&error, helm_driver::Error::Failed(failure) if failure.class == helm_driver::Class::Hook),
            "{error}"
        );
    }
    lab.rollback(1).await.unwrap();
    assert_eq!(lab.history().await, ["1 superseded", "2 failed", "3 failed", "4 deployed"]);
    let versions = lab.versions().await;
    let live: Vec<&str> = versions
        .iter()
        .filter(|(name, version)| {
            !version.contains("deleting") && !name.contains("sh.helm") && !name.starts_with("Job/")
        })
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(live, ["ConfigMap/map-000", "Deployment/web", "Secret/token", "Service/web"]);
}

async fn five_members_at_once(lab: Arc<Lab>) {
    let all = (0..5).map(|number| {
        let mut upgrade = lab.with_values("count: 4\n");
        upgrade.namespace = format!("{}-{number}", lab.namespace).parse().unwrap();
        upgrade.create_namespace = true;
        finish(lab.driver.upgrade(upgrade))
    });
    for done in futures::future::join_all(all).await {
        assert_eq!(done.unwrap().revision.get(), 1);
    }
    remove(&lab, 5).await;
}

async fn an_absent_namespace_is_made_when_asked(lab: Arc<Lab>) {
    let mut upgrade = lab.with_values("count: 1\n");
    upgrade.namespace = format!("{}-0", lab.namespace).parse().unwrap();
    let error = finish(lab.driver.upgrade(upgrade.clone())).await.unwrap_err();
    assert!(
        matches!(&error, helm_driver::Error::Failed(failure) if failure.class == helm_driver::Class::NoNamespace),
        "{error}"
    );
    assert!(!error.changed_anything());
    upgrade.create_namespace = true;
    let mut wrote = Vec::new();
    let done = watch(lab.driver.upgrade(upgrade), |progress| {
        if let Progress::Wrote { object, .. } = progress {
            wrote.push(object.kind.clone());
        }
    })
    .await
    .unwrap();
    assert_eq!(done.revision.get(), 1);
    assert_eq!(wrote, ["Namespace", "ConfigMap"]);
    remove(&lab, 1).await;
}

async fn remove(lab: &Lab, count: u32) {
    let namespaces: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(lab.client.clone());
    for number in 0..count {
        namespaces.delete(&format!("{}-{number}", lab.namespace), &DeleteParams::default()).await.unwrap();
    }
}
