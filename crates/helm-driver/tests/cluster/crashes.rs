//! Helm dies, or the API does, at the worst moment.

use std::sync::Arc;
use std::time::Duration;

use helm_driver::{Class, Error, Progress};
use helm_release::Status;
use sandbox::{Effect, Fault, FaultProxy, Target};

use crate::lab::{Lab, finish, watch};

crate::both!(
    a_helm_killed_inside_a_hook_is_settled,
    a_helm_killed_while_it_records_leaves_what_is_told,
    a_last_record_that_is_cut_off_is_no_success,
    an_api_that_is_gone_in_the_middle_is_told_and_settled,
    a_deletion_that_fails_is_no_success,
);

fn kill(helm: u32) {
    let status = std::process::Command::new("/bin/kill").args(["-9", &helm.to_string()]).status().unwrap();
    assert!(status.success());
}

/// Settles what is pending, rolls back to the first revision, and finds every object as it was.
async fn goes_back(lab: &Lab, maps: usize) {
    lab.driver.settle_pending(&lab.namespace, &lab.release, "its run is over").await.unwrap();
    lab.rollback(1).await.unwrap();
    let colors = lab.colors().await;
    assert_eq!(colors.len(), maps, "an object was lost");
    assert!(colors.values().all(|color| color == "blue"), "{colors:?}");
    assert!(lab.history().await.last().unwrap().ends_with(" deployed"));
}

async fn a_helm_killed_inside_a_hook_is_settled(lab: Arc<Lab>) {
    lab.upgrade("count: 3\n").await;
    let values = "count: 2\ncolor: red\nhook: pre-upgrade\nhookTag: 1-never-ready\n";
    let mut helm = 0;
    let result = watch(lab.driver.upgrade(lab.with_values(values)), |progress| match progress {
        Progress::Started { pid } => helm = *pid,
        Progress::Wrote { object, .. } if object.kind == "Job" => kill(helm),
        _ => {}
    })
    .await;
    let error = result.unwrap_err();
    let Error::Killed { left, .. } = &error else { panic!("{error}") };
    assert_eq!(left.record.as_ref().unwrap().status, Status::PendingUpgrade);
    assert_eq!(left.last.as_ref().unwrap().kind, "Job");
    assert_eq!(lab.history().await, ["1 deployed", "2 pending-upgrade"]);
    assert!(
        lab.colors().await.values().all(|color| color == "blue"),
        "an object was written before its hook"
    );
    goes_back(&lab, 3).await;
}

async fn a_helm_killed_while_it_records_leaves_what_is_told(lab: Arc<Lab>) {
    lab.upgrade("count: 3\n").await;
    let path = Some(format!("*/{}/secrets/*", lab.namespace));
    let target = Target { method: Some("PUT".to_owned()), path, user_agent: None };
    let slow = Fault { effect: Effect::Delay { ms: 1500 }, target, times: None, for_ms: Some(20_000) };
    FaultProxy::of(&lab.sandbox).inject(&slow).await.unwrap();
    let driver = lab.through_proxy().await;
    let mut helm = 0;
    let (mut pending, mut wrote) = (false, 0);
    let upgrade = lab.with_values("count: 3\ncolor: red\n");
    let result = watch(driver.upgrade(upgrade), |progress| match progress {
        Progress::Started { pid } => helm = *pid,
        Progress::Recorded { status: Status::PendingUpgrade, .. } => pending = true,
        Progress::Wrote { .. } if pending => {
            wrote += 1;
            if wrote == 3 {
                kill(helm);
            }
        }
        _ => {}
    })
    .await;
    let error = result.unwrap_err();
    let Error::Killed { left, .. } = &error else { panic!("{error}") };
    assert_eq!(left.written, 3);
    let told = left.record.as_ref().unwrap();
    let last = format!("{} {}", told.revision, told.status);
    // What was on its way when Helm died has arrived, and that is what is told.
    assert_eq!(lab.history().await.last().unwrap(), &last);
    goes_back(&lab, 3).await;
}

/// Helm says that all is well when it could not record it.
async fn a_last_record_that_is_cut_off_is_no_success(lab: Arc<Lab>) {
    lab.upgrade("count: 3\n").await;
    let proxy = FaultProxy::of(&lab.sandbox);
    let driver = lab.through_proxy().await;
    let path = format!("*/{}/secrets/*", lab.namespace);
    let target = Target { method: Some("PUT".to_owned()), path: Some(path), user_agent: None };
    let cut = Fault { effect: Effect::Cut { after: false }, target, times: None, for_ms: Some(20_000) };
    let fault = proxy.inject(&cut).await.unwrap();
    let error = finish(driver.upgrade(lab.with_values("count: 3\ncolor: red\n"))).await.unwrap_err();
    assert!(!proxy.injected(fault).unwrap().is_empty(), "nothing was cut");
    let left = error.left().unwrap();
    assert_eq!(left.record.as_ref().unwrap().status, Status::PendingUpgrade, "{error}");
    assert_eq!(left.written, 3, "{error}");
    assert!(
        matches!(&error, Error::Unrecorded { .. })
            || matches!(&error, Error::Failed(failure) if failure.class == Class::Unreachable),
        "{error}"
    );
    assert_eq!(lab.history().await, ["1 deployed", "2 pending-upgrade"]);
    goes_back(&lab, 3).await;
}

async fn an_api_that_is_gone_in_the_middle_is_told_and_settled(lab: Arc<Lab>) {
    lab.upgrade("count: 30\n").await;
    let proxy = FaultProxy::of(&lab.sandbox);
    let driver = lab.through_proxy().await;
    let path = format!("*/{}/*", lab.namespace);
    let target = Target { method: None, path: Some(path), user_agent: None };
    let cut = Fault { effect: Effect::Cut { after: true }, target, times: None, for_ms: Some(9_000) };
    let mut wrote = 0;
    let operation = driver.upgrade(lab.with_values("count: 30\ncolor: red\n"));
    let (order, mut orders) = tokio::sync::mpsc::unbounded_channel();
    let ordering = {
        let proxy = proxy.clone();
        tokio::spawn(async move {
            orders.recv().await;
            proxy.inject(&cut).await.unwrap()
        })
    };
    let result = watch(operation, |progress| {
        if let Progress::Wrote { .. } = progress {
            wrote += 1;
            if wrote == 5 {
                order.send(()).unwrap();
            }
        }
    })
    .await;
    let fault = ordering.await.unwrap();
    let error = result.unwrap_err();
    assert!(!proxy.injected(fault).unwrap().is_empty(), "nothing was cut");
    assert!(matches!(&error, Error::Failed(failure) if failure.class == Class::Unreachable), "{error}");
    assert!(error.changed_anything());
    let history = lab.history().await;
    assert!(history[1] == "2 failed" || history[1] == "2 pending-upgrade", "{history:?}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    goes_back(&lab, 30).await;
}

/// Helm 3 goes on when it cannot delete, and calls it a success.
async fn a_deletion_that_fails_is_no_success(lab: Arc<Lab>) {
    lab.upgrade("count: 3\n").await;
    let driver = lab.through_proxy().await;
    let path = format!("*/{}/configmaps/*", lab.namespace);
    let target = Target { method: Some("DELETE".to_owned()), path: Some(path), user_agent: None };
    let effect = Effect::Status { code: 403, message: "no deletions today".to_owned(), retry_after: None };
    let fault = Fault { effect, target, times: None, for_ms: Some(20_000) };
    let proxy = FaultProxy::of(&lab.sandbox);
    let fault = proxy.inject(&fault).await.unwrap();
    let error = finish(driver.upgrade(lab.with_values("count: 2\ncolor: red\n"))).await.unwrap_err();
    assert!(!proxy.injected(fault).unwrap().is_empty(), "nothing was refused");
    assert!(error.to_string().contains("map-002") || error.to_string().contains("no deletions"), "{error}");
    assert!(error.changed_anything());
    goes_back(&lab, 3).await;
}
