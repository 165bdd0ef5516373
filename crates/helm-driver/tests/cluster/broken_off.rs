//! Operations that are cancelled, fenced or killed leave a state that is known.

use std::sync::Arc;
use std::time::Duration;

use helm_driver::{Class, Error, Progress};
use helm_release::Status;

use crate::lab::{Lab, finish, watch};

crate::both!(
    a_cancel_in_the_middle_is_clean,
    a_cancel_before_anything_leaves_nothing,
    a_cancel_inside_a_hook_is_clean,
    a_cancelled_rollback_is_not_left_pending,
    a_dropped_operation_is_cancelled,
    a_fence_stops_every_write,
    a_killed_helm_is_seen_and_settled,
    the_clock_is_ours,
);

const SLOW_HOOK: &str = "color: red\nhook: pre-upgrade\nhookTag: 1-never-ready\n";

/// Cancels, or whatever `act` does, once `count` objects were written.
async fn after_writes(
    lab: &Lab,
    count: usize,
    act: impl Fn(&helm_driver::Control, u32),
) -> Result<helm_driver::Done, Error> {
    let operation = lab.driver.upgrade(lab.with_values("count: 80\ncolor: red\n"));
    let control = operation.control();
    let (mut seen, mut helm) = (0, 0);
    watch(operation, |progress| match progress {
        Progress::Started { pid } => helm = *pid,
        Progress::Wrote { code, .. } if (200..300).contains(code) => {
            seen += 1;
            if seen == count {
                act(&control, helm);
            }
        }
        _ => {}
    })
    .await
}

async fn red(lab: &Lab) -> usize {
    lab.colors().await.values().filter(|color| *color == "red").count()
}

/// Nothing is written after the end.
async fn is_quiet(lab: &Lab) {
    let versions = lab.versions().await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(lab.versions().await, versions);
}

/// The same where nobody waits for the end: Helm may still be recording it, and touches nothing else.
async fn objects_are_quiet(lab: &Lab) {
    let objects = || async {
        let mut versions = lab.versions().await;
        versions.retain(|name, _| !name.starts_with("Secret/sh.helm.release."));
        versions
    };
    let before = objects().await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(objects().await, before);
}

async fn a_cancel_in_the_middle_is_clean(lab: Arc<Lab>) {
    lab.upgrade("count: 80\n").await;
    let error =
        after_writes(&lab, 10, |control, _| control.cancel("the operator pressed Ctrl-C")).await.unwrap_err();
    let Error::Cancelled { reason, left } = &error else { panic!("{error}") };
    assert_eq!(reason, "the operator pressed Ctrl-C");
    assert_eq!(left.record.as_ref().unwrap().status, Status::Failed);
    assert_eq!(lab.history().await, ["1 deployed", "2 failed"]);
    let failed = lab
        .driver
        .release(&lab.namespace, &lab.release, helm_release::Revision::new(2).unwrap())
        .await
        .unwrap();
    assert!(failed.description().contains("the operator pressed Ctrl-C"), "{}", failed.description());
    let written = red(&lab).await;
    assert!((10..80).contains(&written), "{written} of 80 were written");
    assert_eq!(left.written, written, "what was told is not what was written");
    is_quiet(&lab).await;

    lab.rollback(1).await.unwrap();
    assert_eq!((red(&lab).await, lab.colors().await.len()), (0, 80));
    assert_eq!(lab.history().await, ["1 superseded", "2 failed", "3 deployed"]);
}

async fn a_cancel_before_anything_leaves_nothing(lab: Arc<Lab>) {
    let before = lab.versions().await;
    let operation = lab.driver.upgrade(lab.with_values("count: 3\n"));
    operation.control().cancel("never mind");
    let error = finish(operation).await.unwrap_err();
    assert!(matches!(error, Error::Cancelled { .. }), "{error}");
    assert!(!error.changed_anything());
    assert_eq!(lab.versions().await, before);
}

async fn a_cancel_inside_a_hook_is_clean(lab: Arc<Lab>) {
    lab.upgrade("count: 2\n").await;
    let operation = lab.driver.upgrade(lab.with_values(SLOW_HOOK));
    let control = operation.control();
    let result = watch(operation, |progress| {
        if matches!(progress, Progress::Wrote { object, .. } if object.kind == "Job") {
            let control = control.clone();
            tokio::spawn(async move {
                // Long enough for Helm to be waiting for the Job.
                tokio::time::sleep(Duration::from_millis(1500)).await;
                control.cancel("stop waiting");
            });
        }
    })
    .await;
    let error = result.unwrap_err();
    let Error::Cancelled { left, .. } = &error else { panic!("{error}") };
    assert_eq!(left.record.as_ref().unwrap().status, Status::Failed);
    assert_eq!(lab.history().await, ["1 deployed", "2 failed"]);
    assert_eq!(red(&lab).await, 0);
    is_quiet(&lab).await;
}

async fn a_cancelled_rollback_is_not_left_pending(lab: Arc<Lab>) {
    lab.upgrade("color: blue\nhook: post-rollback\nhookTag: 1-never-ready\n").await;
    lab.upgrade("color: red\n").await;
    let operation = lab.driver.rollback(
        lab.release.clone(),
        lab.namespace.clone(),
        helm_release::Revision::FIRST,
        Duration::from_secs(60),
        "",
    );
    let control = operation.control();
    let result = watch(operation, |progress| {
        if matches!(progress, Progress::Wrote { object, .. } if object.kind == "Job") {
            control.cancel("stop this rollback");
        }
    })
    .await;
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Cancelled { .. }), "{error}");
    let history = lab.history().await;
    assert_eq!(history.last().unwrap(), "3 failed", "{history:?}");
    let third = lab
        .driver
        .release(&lab.namespace, &lab.release, helm_release::Revision::new(3).unwrap())
        .await
        .unwrap();
    assert!(third.description().contains("stop this rollback"), "{}", third.description());
}

async fn a_dropped_operation_is_cancelled(lab: Arc<Lab>) {
    lab.upgrade("count: 2\n").await;
    let operation = lab.driver.upgrade(lab.with_values(SLOW_HOOK));
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(operation);
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let history = lab.history().await;
        // Dropped before Helm recorded anything, or after: both are clean.
        if history == ["1 deployed", "2 failed"] || history == ["1 deployed"] {
            objects_are_quiet(&lab).await;
            let history = lab.history().await;
            assert!(!history.iter().any(|revision| revision.contains("pending")), "{history:?}");
            return;
        }
    }
    panic!("never settled: {:?}", lab.history().await);
}

async fn a_fence_stops_every_write(lab: Arc<Lab>) {
    lab.upgrade("count: 80\n").await;
    let error = after_writes(&lab, 10, |control, _| control.fence("the lock is lost")).await.unwrap_err();
    let Error::Fenced { reason, left } = &error else { panic!("{error}") };
    assert_eq!(reason, "the lock is lost");
    assert_eq!(left.record.as_ref().unwrap().status, Status::PendingUpgrade);
    assert_eq!(
        lab.history().await,
        ["1 deployed", "2 pending-upgrade"],
        "Helm's record was written after the fence"
    );
    let written = red(&lab).await;
    assert!((10..80).contains(&written), "{written} of 80 were written");
    is_quiet(&lab).await;

    let settled = lab
        .driver
        .settle_pending(&lab.namespace, &lab.release, "its run ended before Helm did")
        .await
        .unwrap();
    assert_eq!(settled.unwrap().get(), 2);
    assert_eq!(lab.history().await, ["1 deployed", "2 failed"]);
    let second = lab.driver.release(&lab.namespace, &lab.release, settled.unwrap()).await.unwrap();
    assert_eq!(
        (second.description(), second.labels()["run"].as_str()),
        ("its run ended before Helm did", "r1")
    );
    assert_eq!(lab.driver.settle_pending(&lab.namespace, &lab.release, "again").await.unwrap(), None);
    assert_eq!(lab.upgrade("count: 80\ncolor: red\n").await.revision.get(), 3);
    assert_eq!(red(&lab).await, 80);
}

async fn a_killed_helm_is_seen_and_settled(lab: Arc<Lab>) {
    lab.upgrade("count: 80\n").await;
    let error = after_writes(&lab, 10, |_, helm| {
        let status =
            std::process::Command::new("/bin/kill").args(["-9", &helm.to_string()]).status().unwrap();
        assert!(status.success());
    })
    .await
    .unwrap_err();
    let Error::Killed { left, .. } = &error else { panic!("{error}") };
    assert!(error.changed_anything());
    assert_eq!(left.record.as_ref().unwrap().status, Status::PendingUpgrade);
    assert_eq!(lab.history().await, ["1 deployed", "2 pending-upgrade"]);
    assert_eq!(left.written, red(&lab).await, "a write came late, or was not told");
    is_quiet(&lab).await;

    let next = finish(lab.driver.upgrade(lab.with_values("count: 80\n"))).await.unwrap_err();
    assert!(matches!(&next, Error::Failed(failure) if failure.class == Class::Pending), "{next}");
    assert!(!next.changed_anything());
    lab.rollback(1).await.unwrap();
    assert_eq!((red(&lab).await, lab.colors().await.len()), (0, 80));
    assert_eq!(lab.history().await.last().unwrap(), "3 deployed");
}

async fn the_clock_is_ours(lab: Arc<Lab>) {
    lab.upgrade("count: 2\n").await;
    let mut upgrade = lab.with_values(SLOW_HOOK);
    upgrade.timeout = Duration::from_secs(4);
    let error = finish(lab.driver.upgrade(upgrade)).await.unwrap_err();
    let Error::TimedOut { left, .. } = &error else { panic!("{error}") };
    assert_eq!(left.last.as_ref().unwrap().kind, "Job");
    assert_eq!(lab.history().await, ["1 deployed", "2 failed"]);
    let second = lab
        .driver
        .release(&lab.namespace, &lab.release, helm_release::Revision::new(2).unwrap())
        .await
        .unwrap();
    assert!(second.description().contains("not finished within 4 s"), "{}", second.description());
}
