//! Rollouts that look broken on their way and get ready: none is ever called failed.

use serde_json::{Value, json};

use crate::stage::Stage;

/// Ten minutes for the start, as the author of the pod wrote it down.
fn probes() -> Value {
    let probe = json!({"periodSeconds": 10, "failureThreshold": 60});
    let container = json!({"name": "app", "readinessProbe": probe, "startupProbe": probe});
    json!({"spec": {"template": {"spec": {"containers": [container]}}}})
}

scenarios! {
    deployment_recovers_after_two_crashes {
        let mut s = Stage::of("Deployment", 1, false);
        s.loops("a", 2, "Error", 1).runs("a", true, 2).wait(30);
        s
    }

    deployment_pulls_slowly {
        let mut s = Stage::of("Deployment", 1, true);
        s.creating("a").wait(280).up("a");
        s
    }

    deployment_rolls_through_three_pods {
        let mut s = Stage::of("Deployment", 3, true);
        for pod in ["a", "b", "c"] { s.creating(pod).wait(5).runs(pod, false, 0).wait(5).up(pod); }
        s
    }

    deployment_waits_for_a_new_node {
        let mut s = Stage::of("Deployment", 1, true);
        s.pending("a", "0/3 nodes are available: 3 Insufficient cpu.").event("a", "TriggeredScaleUp", "pod triggered scale-up").wait(180).creating("a").wait(20).up("a");
        s
    }

    deployment_secret_comes_late {
        let mut s = Stage::of("Deployment", 1, true);
        s.waits("a", "CreateContainerConfigError", "secret \"hub\" not found").wait(40).up("a");
        s
    }

    deployment_out_of_memory_once {
        let mut s = Stage::of("Deployment", 1, false);
        s.up("a").wait(1).ends("a", 1, "OOMKilled", 137).wait(10).runs("a", true, 1).wait(40);
        s
    }

    statefulset_recovers_after_two_crashes {
        let mut s = Stage::of("StatefulSet", 1, false);
        s.loops("a", 2, "Error", 1).runs("a", true, 2).wait(30);
        s
    }

    statefulset_pulls_slowly {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.creating("a").wait(280).up("a");
        s
    }

    statefulset_rolls_through_three_pods {
        let mut s = Stage::of("StatefulSet", 3, true);
        for pod in ["a", "b", "c"] { s.creating(pod).wait(5).runs(pod, false, 0).wait(5).up(pod); }
        s
    }

    statefulset_waits_for_a_new_node {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.pending("a", "0/3 nodes are available: 3 Insufficient cpu.").event("a", "TriggeredScaleUp", "pod triggered scale-up").wait(180).creating("a").wait(20).up("a");
        s
    }

    statefulset_secret_comes_late {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.waits("a", "CreateContainerConfigError", "secret \"hub\" not found").wait(40).up("a");
        s
    }

    statefulset_out_of_memory_once {
        let mut s = Stage::of("StatefulSet", 1, false);
        s.up("a").wait(1).ends("a", 1, "OOMKilled", 137).wait(10).runs("a", true, 1).wait(40);
        s
    }

    daemonset_recovers_after_two_crashes {
        let mut s = Stage::of("DaemonSet", 1, false);
        s.loops("a", 2, "Error", 1).runs("a", true, 2).wait(30);
        s
    }

    daemonset_pulls_slowly {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.creating("a").wait(280).up("a");
        s
    }

    daemonset_rolls_through_three_pods {
        let mut s = Stage::of("DaemonSet", 3, true);
        for pod in ["a", "b", "c"] { s.creating(pod).wait(5).runs(pod, false, 0).wait(5).up(pod); }
        s
    }

    daemonset_waits_for_a_new_node {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.pending("a", "0/3 nodes are available: 3 Insufficient cpu.").event("a", "TriggeredScaleUp", "pod triggered scale-up").wait(180).creating("a").wait(20).up("a");
        s
    }

    daemonset_secret_comes_late {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.waits("a", "CreateContainerConfigError", "secret \"hub\" not found").wait(40).up("a");
        s
    }

    daemonset_out_of_memory_once {
        let mut s = Stage::of("DaemonSet", 1, false);
        s.up("a").wait(1).ends("a", 1, "OOMKilled", 137).wait(10).runs("a", true, 1).wait(40);
        s
    }

    registry_times_out_for_a_while {
        let mut s = Stage::deployment();
        s.waits("a", "ErrImagePull", "dial tcp 192.0.2.1:443: i/o timeout").wait(60).waits("a", "ImagePullBackOff", "Back-off pulling image \"x\": ErrImagePull: i/o timeout").wait(60).up("a");
        s
    }

    registry_limits_the_rate {
        let mut s = Stage::deployment();
        s.waits("a", "ErrImagePull", "429 Too Many Requests").wait(120).up("a");
        s
    }

    registry_has_an_outage {
        let mut s = Stage::deployment();
        s.waits("a", "ErrImagePull", "unexpected status: 503 Service Unavailable").wait(120).up("a");
        s
    }

    registry_refuses_for_a_moment {
        let mut s = Stage::deployment();
        s.waits("a", "ErrImagePull", "401 Unauthorized").wait(10).up("a");
        s
    }

    room_is_found_in_time {
        let mut s = Stage::deployment();
        s.pending("a", "0/3 nodes are available: 3 Insufficient cpu.").wait(14).creating("a").wait(5).up("a");
        s
    }

    room_is_made_by_preemption {
        let mut s = Stage::deployment();
        s.pending("a", "0/3 nodes are available: 3 Insufficient cpu.").pod("a", json!({"status": {"nominatedNodeName": "node-1"}})).wait(40).creating("a").wait(5).up("a");
        s
    }

    a_gate_holds_the_pod {
        let mut s = Stage::deployment();
        s.pod("a", json!({"status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "message": "gated"}]}})).wait(100).up("a");
        s
    }

    a_claim_is_bound_late {
        let mut s = Stage::deployment();
        s.pending("a", "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.").wait(12).creating("a").wait(10).up("a");
        s
    }

    a_configmap_volume_comes_late {
        let mut s = Stage::deployment();
        s.creating("a"); for _ in 0..4 { s.event("a", "FailedMount", "MountVolume.SetUp failed for volume \"v\" : configmap \"hub\" not found").wait(10); } s.up("a");
        s
    }

    a_volume_is_attached_late {
        let mut s = Stage::deployment();
        s.creating("a"); for _ in 0..8 { s.event("a", "FailedAttachVolume", "Multi-Attach error for volume \"pvc-1\": Volume is already used by pod").wait(15); } s.up("a");
        s
    }

    a_network_comes_late {
        let mut s = Stage::deployment();
        s.creating("a"); for _ in 0..5 { s.event("a", "FailedCreatePodSandBox", "Failed to create pod sandbox: network plugin is not ready: cni config uninitialized").wait(12); } s.up("a");
        s
    }

    a_driver_registers_late {
        let mut s = Stage::deployment();
        s.creating("a"); for _ in 0..6 { s.event("a", "FailedMount", "MountVolume.SetUp failed: driver name csi.example not found in the list of registered CSI drivers").wait(10); } s.up("a");
        s
    }

    a_secret_cache_syncs {
        let mut s = Stage::deployment();
        s.waits("a", "CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition").wait(100).up("a");
        s
    }

    a_quota_is_raised {
        let mut s = Stage::deployment();
        s.condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota: small").wait(2).patch(json!({"status": {"conditions": []}})).creating("a").wait(2).up("a");
        s
    }

    a_webhook_comes_back {
        let mut s = Stage::deployment();
        s.condition("ReplicaFailure", "True", "FailedCreate", "failed calling webhook \"policy\": connection refused").wait(50).patch(json!({"status": {"conditions": []}})).up("a");
        s
    }

    an_evicted_pod_is_replaced {
        let mut s = Stage::of("Deployment", 1, false);
        s.up("a").wait(2).over("a", "Failed", "Evicted", "The node was low on resource: memory.", 137).wait(2).up("b").wait(10);
        s
    }

    a_node_comes_back {
        let mut s = Stage::deployment();
        s.up("a").wait(10).pod("a", json!({"status": {"conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "False"}]}})).event("a", "NodeNotReady", "Node is not ready").wait(60).up("a");
        s
    }

    a_lost_node_is_replaced {
        let mut s = Stage::deployment();
        s.up("a").wait(5).pod("a", json!({"metadata": {"deletionTimestamp": "2026-11-21T06:05:00Z"}})).creating("b").wait(20).up("b").wait(20).gone("a");
        s
    }

    nodes_are_lost_one_by_one {
        let mut s = Stage::of("Deployment", 3, true);
        s.up("a").up("b").up("c"); for (old, new) in [("a", "d"), ("b", "e"), ("c", "f")] { s.pod(old, json!({"metadata": {"deletionTimestamp": "2026-11-21T06:05:00Z"}})).creating(new).wait(20).up(new).gone(old); }
        s
    }

    a_dependency_comes_up_late {
        let mut s = Stage::of("Deployment", 2, false);
        s.up("a").wait(1).loops("b", 2, "Error", 1).runs("b", true, 2).wait(40);
        s
    }

    a_slow_start_within_its_startup_probe {
        let mut s = Stage::deployment();
        s.patch(probes()).runs("a", false, 0); for _ in 0..20 { s.event("a", "Unhealthy", "Startup probe failed: connection refused").wait(10); } s.up("a");
        s
    }

    a_slow_start_within_its_readiness_probe {
        let mut s = Stage::deployment();
        s.patch(probes()).runs("a", false, 0); for _ in 0..50 { s.event("a", "Unhealthy", "Readiness probe failed: connection refused").wait(10); } s.up("a");
        s
    }

    a_probe_flaps {
        let mut s = Stage::deployment();
        s.runs("a", false, 0).event("a", "Unhealthy", "Readiness probe failed: timeout").wait(30).up("a").wait(2).runs("a", false, 0).wait(20).up("a");
        s
    }

    a_liveness_kill_at_the_start {
        let mut s = Stage::deployment();
        s.runs("a", false, 0).wait(30).event("a", "Killing", "Container app failed liveness probe, will be restarted").ends("a", 1, "Error", 137).wait(10).runs("a", true, 1).wait(20);
        s
    }

    an_init_container_waits_for_a_database {
        let mut s = Stage::deployment();
        s.pod("a", json!({"spec": {"initContainers": [{"name": "migrate"}]}})); for time in 1..=2 { let end = s.ended("Error", 1); s.pod("a", json!({"status": {"phase": "Pending", "initContainerStatuses": [{"name": "migrate", "restartCount": time - 1, "state": end}]}})).wait(15); } s.pod("a", json!({"status": {"initContainerStatuses": [{"name": "migrate", "restartCount": 2, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]}})).up("a").wait(20);
        s
    }

    a_start_error_once {
        let mut s = Stage::deployment();
        s.ends("a", 1, "StartError", 128).wait(12).runs("a", true, 1).wait(20);
        s
    }

    old_pods_stop_slowly {
        let mut s = Stage::deployment();
        s.up("old").wait(5).revision(2).up("new").pod("old", json!({"metadata": {"deletionTimestamp": "2026-11-21T06:05:00Z"}})).wait(30).gone("old");
        s
    }

    a_job_heals_within_its_limit {
        let mut s = Stage::of("Job", 1, true);
        for pod in ["a", "b"] { s.up(pod).wait(2).over(pod, "Failed", "", "", 1).wait(10); } s.up("c").wait(5).over("c", "Succeeded", "", "", 0).condition("Complete", "True", "", "");
        s
    }

    a_job_in_parallel {
        let mut s = Stage::of("Job", 3, true);
        for pod in ["a", "b", "c"] { s.up(pod).wait(3).over(pod, "Succeeded", "", "", 0); } s.condition("Complete", "True", "", "");
        s
    }

    a_job_succeeds_while_its_pods_stop {
        let mut s = Stage::of("Job", 1, true);
        s.up("a").wait(5).condition("SuccessCriteriaMet", "True", "", "").wait(30).condition("Complete", "True", "", "");
        s
    }

    a_job_on_an_evicted_pod {
        let mut s = Stage::of("Job", 1, true);
        s.up("a").wait(2).over("a", "Failed", "Evicted", "The node was low on resource: memory.", 137).wait(10).up("b").wait(5).over("b", "Succeeded", "", "", 0).condition("Complete", "True", "", "");
        s
    }

    the_old_revision_crashes_and_the_new_one_runs {
        let mut s = Stage::deployment();
        s.patch(json!({"metadata": {"generation": 2}})).loops("old", 4, "Error", 1).revision(2).patch(json!({"status": {"observedGeneration": 2}})).creating("new").wait(5).up("new").gone("old");
        s
    }
}
