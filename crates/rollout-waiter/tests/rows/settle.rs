//! When readiness is believed: the rule that the table does not have.

use rollout_waiter::Verdict;
use serde_json::{Value, json};

use crate::world::{World, deployment, pod, replica_set, running, with};

/// A pod that is ready since `second` past six, by the server's clock.
fn ready_since(second: i64, container: Value) -> Value {
    let since = format!("2026-11-21T06:00:{second:02}Z");
    let mut container = with(running(), container);
    container["state"]["running"]["startedAt"] = json!(since);
    let mut pod = pod("a", "rs2", true, container);
    pod["status"]["conditions"][1]["lastTransitionTime"] = json!(since);
    pod["spec"]["containers"] = json!([{"name": "app"}]);
    pod
}

/// A complete Deployment of one pod whose container has no probe.
fn unprobed(pod: Value) -> World {
    let mut web = World::waiting_for("Deployment", "web");
    let bare = json!({"spec": {"template": {"spec": {"containers": [{"name": "app"}]}}}});
    web.see(replica_set(2)).see(pod).see(with(deployment(2, 2, 1, [1, 1, 1, 1]), bare));
    web
}

#[test]
fn without_a_probe_a_container_must_stay_up_for_a_moment() {
    let mut web = unprobed(ready_since(0, json!({})));
    let waiting = web.wait(2).is(Verdict::InProgress);
    assert_eq!(waiting.note.unwrap(), "settling: no probe vouches for its containers");
    web.wait(1).is(Verdict::Ready);
}

#[test]
fn min_ready_seconds_vouch_as_a_probe_does() {
    let mut web = unprobed(ready_since(0, json!({})));
    let bare =
        json!({"spec": {"minReadySeconds": 1, "template": {"spec": {"containers": [{"name": "app"}]}}}});
    web.see(with(deployment(2, 2, 1, [1, 1, 1, 1]), bare)).is(Verdict::Ready);
}

#[test]
fn what_has_long_been_ready_is_ready_at_first_sight() {
    let mut web = World::waiting_for("Deployment", "web");
    web.wait(50);
    let bare = json!({"spec": {"template": {"spec": {"containers": [{"name": "app"}]}}}});
    web.see(replica_set(2))
        .see(ready_since(10, json!({})))
        .see(with(deployment(2, 2, 1, [1, 1, 1, 1]), bare));
    web.is(Verdict::Ready);
}

#[test]
fn after_a_crash_a_container_must_outlive_its_last_run() {
    let run = json!({"terminated": {"reason": "Error", "exitCode": 1,
        "startedAt": "2026-11-21T05:59:40Z", "finishedAt": "2026-11-21T05:59:50Z"}});
    let mut web = unprobed(ready_since(0, json!({"restartCount": 1, "lastState": run})));
    web.wait(12).is(Verdict::InProgress);
    web.wait(1).is(Verdict::Ready);
}

#[test]
fn a_failing_liveness_probe_holds_readiness_back() {
    let mut web = unprobed(ready_since(0, json!({})));
    web.wait(2).hear("a", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 404", 1);
    web.wait(9).is(Verdict::InProgress);
    web.wait(1).is(Verdict::Ready);
}

#[test]
fn a_pod_that_the_watch_has_not_brought_yet_has_not_settled() {
    let mut web = World::waiting_for("Deployment", "web");
    let bare = json!({"spec": {"template": {"spec": {"containers": [{"name": "app"}]}}}});
    web.see(replica_set(2))
        .see(with(deployment(2, 2, 1, [1, 1, 1, 1]), bare))
        .wait(60)
        .is(Verdict::InProgress);
}

/// Failures of the days before do not count against a container that has recovered since.
#[test]
fn old_failures_are_forgiven() {
    let long = json!({"terminated": {"reason": "Error", "exitCode": 1,
        "startedAt": "2026-11-21T01:00:00Z", "finishedAt": "2026-11-21T06:00:00Z"}});
    let mut web = unprobed(ready_since(0, json!({})));
    let crashed = json!({"restartCount": 9, "ready": false, "state": long, "lastState": {}});
    web.see(pod("a", "rs2", false, crashed)).see(deployment(2, 2, 1, [1, 1, 0, 0])).is(Verdict::InProgress);
}
