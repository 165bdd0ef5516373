//! Rows about pods: memory, init containers, scheduling, eviction, probes.

use rollout_waiter::{Cause, Verdict};
use serde_json::{Value, json};

use crate::world::{World, deployment, failed, pod, replica_set, running, with};

fn web() -> World {
    let mut web = World::waiting_for("Deployment", "web");
    web.see(deployment(2, 2, 1, [1, 1, 0, 0])).see(replica_set(2));
    web
}

fn unschedulable(reason: &str) -> Value {
    let message = "0/3 nodes are available: 3 Insufficient cpu.";
    with(
        pod("a", "rs2", false, json!({})),
        json!({"status": {"phase": "Pending", "containerStatuses": [],
            "conditions": [{"type": "PodScheduled", "status": "False", "reason": reason, "message": message}]}}),
    )
}

fn evicted(name: &str) -> Value {
    with(
        pod(name, "rs2", false, failed(1, "Error", 137)),
        json!({"status": {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}}),
    )
}

fn bare(phase: &str, container: Value) -> Value {
    with(
        pod("hook", "", phase == "Running", container),
        json!({"metadata": {"ownerReferences": []}, "status": {"phase": phase}}),
    )
}

rows! {
    /// The rule of the table (the second) is the crash rule's: the third.
    row_25_out_of_memory_names_the_limit {
        let limited = |times| with(
            pod("a", "rs2", false, failed(times, "OOMKilled", 137)),
            json!({"spec": {"containers": [{"name": "app", "resources": {"limits": {"memory": "64Mi"}}}]}}),
        );
        let mut web = web();
        web.see(limited(1)).is_for(Verdict::InProgress, Cause::OomKilled);
        let judgement = web.see(limited(3)).is_for(Verdict::Failed, Cause::OomKilled);
        assert_eq!(judgement.finding.unwrap().evidence, "OOMKilled (exit code 137), memory limit 64Mi, 3 times");
    }

    row_26_an_init_container_that_crashes_is_named {
        let mut init = pod("a", "rs2", false, json!({"state": {"waiting": {"reason": "PodInitializing"}}}));
        init["spec"]["initContainers"] = json!([{"name": "migrate"}]);
        init["status"]["initContainerStatuses"] = json!([with(failed(3, "Error", 1), json!({"name": "migrate"}))]);
        let judgement = web().see(init).is_for(Verdict::Failed, Cause::InitFailed);
        assert_eq!(judgement.finding.unwrap().container.as_deref(), Some("migrate"));
    }

    row_27_a_sidecar_that_runs_while_others_wait_is_in_progress {
        let mut sidecar = pod("a", "rs2", false, json!({"state": {"waiting": {"reason": "PodInitializing"}}}));
        sidecar["spec"]["initContainers"] = json!([{"name": "proxy", "restartPolicy": "Always"}]);
        sidecar["status"]["initContainerStatuses"] = json!([with(running(), json!({"name": "proxy", "ready": true}))]);
        assert_eq!(web().see(sidecar).is(Verdict::InProgress).finding, None);
    }

    row_28_no_node_for_a_moment_is_in_progress {
        web().see(unschedulable("Unschedulable")).wait(14).is_for(Verdict::InProgress, Cause::Unschedulable);
    }

    row_29_no_node_for_longer_fails_in_the_schedulers_words {
        let judgement = web().see(unschedulable("Unschedulable")).wait(15).is_for(Verdict::Failed, Cause::Unschedulable);
        assert_eq!(judgement.finding.unwrap().evidence, "0/3 nodes are available: 3 Insufficient cpu.");
    }

    row_30_a_node_that_is_on_its_way_is_waited_for {
        let mut web = web();
        web.see(unschedulable("Unschedulable")).wait(10);
        web.hear("a", "TriggeredScaleUp", "pod triggered scale-up: [{pool 1->2 (max: 4)}]", 1);
        web.wait(600).is_for(Verdict::InProgress, Cause::Unschedulable);
    }

    row_31_an_autoscaler_that_brings_none_does_not_help {
        let mut web = web();
        web.see(unschedulable("Unschedulable"));
        web.hear("a", "TriggeredScaleUp", "pod triggered scale-up", 1).wait(20).is(Verdict::InProgress);
        web.hear("a", "NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached", 1);
        web.is_for(Verdict::Failed, Cause::Unschedulable);
    }

    row_32_a_gated_pod_is_in_progress {
        web().see(unschedulable("SchedulingGated")).wait(600).is(Verdict::InProgress);
    }

    row_33_placeholders_that_wait_for_room_are_advisory {
        let placeholder = with(unschedulable("Unschedulable"), json!({"spec": {"priority": -10}}));
        web().see(placeholder).wait(600).is_for(Verdict::Advisory, Cause::Unschedulable);
    }

    row_34_one_eviction_is_an_accident_and_two_are_not {
        let mut web = web();
        web.see(pod("a", "rs2", true, running())).see(evicted("a"));
        web.see(pod("b", "rs2", true, running())).is_for(Verdict::InProgress, Cause::Evicted);
        let judgement = web.see(evicted("b")).is_for(Verdict::Failed, Cause::Evicted);
        assert!(judgement.finding.unwrap().evidence.contains("memory"));
        let mut wreckage = World::waiting_for("Deployment", "web");
        wreckage.see(deployment(2, 2, 1, [1, 1, 1, 1])).see(replica_set(2)).see(evicted("x")).see(evicted("y"));
        wreckage.is(Verdict::Ready);
        let waiting = wreckage.see(deployment(2, 2, 1, [1, 1, 0, 0])).is(Verdict::InProgress);
        assert_eq!(waiting.finding, None, "old wreckage explains nothing");
    }

    row_35_a_bare_pod_that_failed_fails {
        World::waiting_for("Pod", "hook").see(bare("Failed", failed(1, "Error", 1))).is_for(Verdict::Failed, Cause::PodFailed);
    }

    row_36_a_bare_pod_that_succeeded_is_ready {
        World::waiting_for("Pod", "hook").see(bare("Succeeded", json!({}))).is(Verdict::Ready);
    }

    row_37_an_unready_container_fails_when_its_probes_budget_is_spent {
        let unready = |failures: i64| {
            let state = json!({"state": {"running": {"startedAt": "2026-11-21T06:00:00Z"}}});
            let probe = json!([{"name": "app", "readinessProbe": {"periodSeconds": 10, "failureThreshold": failures}}]);
            with(pod("a", "rs2", false, state), json!({"spec": {"containers": probe}}))
        };
        for (failures, budget) in [(60, 600), (3, 120)] {
            let mut web = web();
            web.see(unready(failures)).hear("a", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", 1);
            web.wait(budget - 1).is_for(Verdict::InProgress, Cause::ReadinessProbe);
            web.wait(1).is_for(Verdict::Failed, Cause::ReadinessProbe);
            web.see(pod("a", "rs2", true, running())).see(deployment(2, 2, 1, [1, 1, 1, 1])).is(Verdict::Ready);
        }
    }

    row_38_a_failing_liveness_probe_is_the_cause {
        let mut web = web();
        web.hear("a", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 404", 6);
        web.hear("a", "Killing", "Container app failed liveness probe, will be restarted", 3);
        let judgement = web.see(pod("a", "rs2", false, failed(3, "Error", 137))).is_for(Verdict::Failed, Cause::LivenessRestart);
        assert!(judgement.finding.unwrap().evidence.contains("statuscode: 404"));
    }
}
