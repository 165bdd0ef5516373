//! Rows about Deployments.

use rollout_waiter::{Cause, Verdict};
use serde_json::{Value, json};

use crate::world::{World, deployment, failed, pod, replica_set, running, with};

fn web() -> World {
    World::waiting_for("Deployment", "web")
}

fn condition(kind: &str, status: &str, reason: &str, message: &str) -> Value {
    json!({"status": {"conditions": [{"type": kind, "status": status, "reason": reason, "message": message}]}})
}

/// Two of three are there, so that only the pods decide.
fn partly() -> Value {
    deployment(2, 2, 3, [3, 3, 2, 2])
}

rows! {
    row_01_an_unobserved_generation_decides_nothing {
        web().see(deployment(2, 1, 1, [1, 1, 1, 1])).is(Verdict::InProgress);
    }

    row_02_one_available_of_two_is_not_ready {
        web().see(deployment(2, 2, 2, [2, 2, 2, 1])).is(Verdict::InProgress);
    }

    row_03_an_old_pod_that_counts_is_not_ready {
        web().see(deployment(2, 2, 1, [2, 1, 2, 2])).is(Verdict::InProgress);
    }

    row_04_pods_that_only_terminate_do_not_matter {
        let terminating = json!({"status": {"terminatingReplicas": 2}});
        web().see(with(deployment(2, 2, 1, [1, 1, 1, 1]), terminating)).is(Verdict::Ready);
    }

    row_05_scaled_to_zero_is_ready {
        web().see(deployment(1, 1, 0, [0, 0, 0, 0])).is(Verdict::Ready);
    }

    row_06_the_progress_deadline_fails {
        let exceeded = condition("Progressing", "False", "ProgressDeadlineExceeded", "has timed out progressing.");
        let judgement = web().see(with(partly(), exceeded)).is_for(Verdict::Failed, Cause::DeadlineExceeded);
        assert!(judgement.finding.unwrap().evidence.contains("timed out"));
    }

    row_07_the_deadline_of_an_old_generation_decides_nothing {
        let exceeded = condition("Progressing", "False", "ProgressDeadlineExceeded", "has timed out progressing.");
        web().see(with(deployment(2, 1, 3, [3, 3, 2, 2]), exceeded)).is(Verdict::InProgress);
    }

    row_08_a_controller_that_stopped_fails_after_a_grace {
        let mut web = web();
        let stopped = condition("Progressing", "False", "ReplicaSetCreateError", "cannot create");
        web.see(with(deployment(2, 2, 1, [0, 0, 0, 0]), stopped)).is(Verdict::InProgress);
        web.wait(15).is_for(Verdict::Failed, Cause::ControllerError);
    }

    row_09_a_quota_fails_once_it_lasts {
        let mut web = web();
        let quota = condition("ReplicaFailure", "True", "FailedCreate", "pods \"web-x\" is forbidden: exceeded quota: limit");
        web.see(with(partly(), quota)).is_for(Verdict::InProgress, Cause::QuotaExceeded);
        web.wait(3).is_for(Verdict::Failed, Cause::QuotaExceeded);
        let refused = condition("ReplicaFailure", "True", "FailedCreate", "pods \"web-x\" is forbidden: violates PodSecurity \"restricted\"");
        web.see(with(partly(), refused)).is_for(Verdict::Failed, Cause::AdmissionDenied);
    }

    row_10_a_webhook_out_of_order_has_a_longer_grace {
        let mut web = web();
        let webhook = condition("ReplicaFailure", "True", "FailedCreate", "Internal error occurred: failed calling webhook \"x\": context deadline exceeded");
        web.see(with(partly(), webhook)).wait(30).is(Verdict::InProgress);
        web.wait(30).is_for(Verdict::Failed, Cause::AdmissionDenied);
    }

    row_11_paused_fails_only_with_an_unrolled_change {
        let paused = json!({"spec": {"paused": true}});
        let mut web = web();
        let ready = web.see(with(deployment(2, 2, 1, [1, 1, 1, 1]), paused.clone())).is(Verdict::Ready);
        assert!(ready.note.unwrap().contains("paused"));
        web.see(with(deployment(3, 3, 1, [1, 0, 1, 1]), paused)).is_for(Verdict::Failed, Cause::Paused);
    }

    /// The live object decides; a manifest that says nothing about it is never looked at.
    row_12_paused_by_hand_is_paused {
        let paused = with(json!({"spec": {"paused": true}}), condition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused"));
        let judgement = web().see(with(deployment(3, 3, 1, [1, 0, 1, 1]), paused)).is_for(Verdict::Failed, Cause::Paused);
        assert_eq!(judgement.finding.unwrap().evidence, "Deployment is paused");
    }

    row_13_without_a_deadline_nothing_ends_the_wait {
        let mut web = web();
        web.see(with(partly(), json!({"spec": {"progressDeadlineSeconds": 2_147_483_647_i64}})));
        web.wait(100_000).is(Verdict::InProgress);
    }

    row_14_a_crash_looping_new_revision_fails_while_the_old_one_serves {
        let mut web = web();
        web.see(deployment(2, 2, 1, [2, 1, 1, 1])).see(replica_set(1)).see(replica_set(2));
        web.see(pod("old", "rs1", true, running())).see(pod("new", "rs2", false, failed(2, "Error", 1)));
        web.is_for(Verdict::InProgress, Cause::CrashLoop);
        let judgement = web.see(pod("new", "rs2", false, failed(3, "Error", 1))).is_for(Verdict::Failed, Cause::CrashLoop);
        let finding = judgement.finding.unwrap();
        assert_eq!((finding.guilty.name.as_str(), finding.container.as_deref()), ("new", Some("app")));
    }

    row_15_an_old_revision_that_crashes_does_not_matter {
        let mut web = web();
        web.see(deployment(2, 2, 1, [2, 1, 1, 0])).see(replica_set(1)).see(replica_set(2));
        web.see(pod("old", "rs1", false, failed(9, "Error", 1))).see(pod("new", "rs2", true, running()));
        assert_eq!(web.is(Verdict::InProgress).finding, None);
        web.see(deployment(2, 2, 1, [1, 1, 1, 1])).is(Verdict::Ready);
    }

    row_16_one_crashing_pod_of_three_fails_at_its_third_failure {
        let mut web = web();
        web.see(partly()).see(replica_set(2));
        web.see(pod("a", "rs2", true, running())).see(pod("b", "rs2", true, running()));
        web.see(pod("c", "rs2", false, failed(2, "Error", 1))).is(Verdict::InProgress);
        web.see(pod("c", "rs2", false, failed(3, "Error", 1))).is_for(Verdict::Failed, Cause::CrashLoop);
    }

    row_17_two_failures_and_then_ready_is_ready {
        let mut web = web();
        web.see(deployment(2, 2, 1, [1, 1, 0, 0])).see(replica_set(2));
        web.see(pod("a", "rs2", false, failed(2, "Error", 1))).is(Verdict::InProgress);
        let restarted = with(running(), json!({"restartCount": 2}));
        web.see(pod("a", "rs2", true, restarted)).see(deployment(2, 2, 1, [1, 1, 1, 1])).is(Verdict::Ready);
    }

    row_39_ready_but_not_yet_available_is_not_ready {
        let min_ready = json!({"spec": {"minReadySeconds": 10}});
        web().see(with(deployment(2, 2, 2, [2, 2, 2, 1]), min_ready)).is(Verdict::InProgress);
    }

    row_70_a_recreated_object_is_waited_for_anew {
        let mut web = web();
        let recreated = with(deployment(1, 0, 1, [0, 0, 0, 0]), json!({"metadata": {"uid": "d2"}}));
        web.see(deployment(2, 2, 1, [1, 1, 1, 1])).is(Verdict::Ready);
        web.lose(deployment(2, 2, 1, [1, 1, 1, 1])).is_for(Verdict::InProgress, Cause::Vanished);
        web.see(recreated.clone()).is(Verdict::InProgress);
        web.wait(60).is(Verdict::InProgress);
        web.lose(deployment(2, 2, 1, [1, 1, 1, 1])).is(Verdict::InProgress);
        web.lose(recreated).wait(5).is_for(Verdict::Failed, Cause::Vanished);
    }

    row_71_an_empty_status_is_in_progress {
        let empty = json!({"kind": "Deployment", "metadata": {"name": "web", "namespace": "ns", "uid": "d", "generation": 1}, "status": {}});
        web().see(empty).is(Verdict::InProgress);
        let set = json!({"kind": "DaemonSet", "metadata": {"name": "web", "namespace": "ns", "uid": "d", "generation": 1}, "status": {"conditions": []}});
        World::waiting_for("DaemonSet", "web").see(set).is(Verdict::InProgress);
        let pod = json!({"kind": "Pod", "metadata": {"name": "web", "namespace": "ns", "uid": "p"}, "status": {}});
        World::waiting_for("Pod", "web").see(pod).is(Verdict::InProgress);
    }
}
