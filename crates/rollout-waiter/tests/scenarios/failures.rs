//! Rollouts that never get ready: each is called failed, with its true cause.

use serde_json::{Value, json};

use crate::stage::Stage;

/// A template with a second container.
fn two() -> Value {
    json!({"spec": {"template": {"spec": {"containers": [{"name": "app", "readinessProbe": {}}, {"name": "exporter"}]}}}})
}

/// What the runtime says of a command that is not there.
fn start_error() -> Value {
    let end = json!({"terminated": {"reason": "StartError", "exitCode": 128, "message": "exec: \"serve\": no such file or directory"}});
    json!({"status": {"containerStatuses": [{"name": "app", "restartCount": 1, "state": end, "lastState": end}]}})
}

scenarios! {
    deployment_crash_loop {
        let mut s = Stage::of("Deployment", 1, true);
        s.loops("a", 3, "Error", 1);
        s
    }

    deployment_crash_loop_without_probe {
        let mut s = Stage::of("Deployment", 1, false);
        s.loops("a", 3, "Error", 2);
        s
    }

    deployment_image_not_found {
        let mut s = Stage::of("Deployment", 1, true);
        s.creating("a").wait(2).waits("a", "ErrImagePull", "failed to resolve image: registry.example/app:9: not found");
        s
    }

    deployment_unschedulable {
        let mut s = Stage::of("Deployment", 1, true);
        s.pending("a", "0/3 nodes are available: 3 Insufficient memory.").wait(20);
        s
    }

    deployment_out_of_memory {
        let mut s = Stage::of("Deployment", 1, true);
        s.loops("a", 3, "OOMKilled", 137);
        s
    }

    deployment_secret_missing {
        let mut s = Stage::of("Deployment", 1, true);
        s.waits("a", "CreateContainerConfigError", "secret \"hub\" not found").wait(50);
        s
    }

    deployment_command_missing {
        let mut s = Stage::of("Deployment", 1, true);
        s.ends("a", 1, "StartError", 128).wait(10).ends("a", 2, "StartError", 128).pod("a", start_error());
        s
    }

    deployment_liveness_kills {
        let mut s = Stage::of("Deployment", 1, true);
        for time in 1..=3 { s.runs("a", false, time - 1).wait(5).event("a", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500").event("a", "Killing", "Container app failed liveness probe, will be restarted").ends("a", time, "Error", 137).wait(5); }
        s
    }

    statefulset_crash_loop {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.loops("a", 3, "Error", 1);
        s
    }

    statefulset_crash_loop_without_probe {
        let mut s = Stage::of("StatefulSet", 1, false);
        s.loops("a", 3, "Error", 2);
        s
    }

    statefulset_image_not_found {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.creating("a").wait(2).waits("a", "ErrImagePull", "failed to resolve image: registry.example/app:9: not found");
        s
    }

    statefulset_unschedulable {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.pending("a", "0/3 nodes are available: 3 Insufficient memory.").wait(20);
        s
    }

    statefulset_out_of_memory {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.loops("a", 3, "OOMKilled", 137);
        s
    }

    statefulset_secret_missing {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.waits("a", "CreateContainerConfigError", "secret \"hub\" not found").wait(50);
        s
    }

    statefulset_command_missing {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.ends("a", 1, "StartError", 128).wait(10).ends("a", 2, "StartError", 128).pod("a", start_error());
        s
    }

    statefulset_liveness_kills {
        let mut s = Stage::of("StatefulSet", 1, true);
        for time in 1..=3 { s.runs("a", false, time - 1).wait(5).event("a", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500").event("a", "Killing", "Container app failed liveness probe, will be restarted").ends("a", time, "Error", 137).wait(5); }
        s
    }

    daemonset_crash_loop {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.loops("a", 3, "Error", 1);
        s
    }

    daemonset_crash_loop_without_probe {
        let mut s = Stage::of("DaemonSet", 1, false);
        s.loops("a", 3, "Error", 2);
        s
    }

    daemonset_image_not_found {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.creating("a").wait(2).waits("a", "ErrImagePull", "failed to resolve image: registry.example/app:9: not found");
        s
    }

    daemonset_unschedulable {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.pending("a", "0/3 nodes are available: 3 Insufficient memory.").wait(20);
        s
    }

    daemonset_out_of_memory {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.loops("a", 3, "OOMKilled", 137);
        s
    }

    daemonset_secret_missing {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.waits("a", "CreateContainerConfigError", "secret \"hub\" not found").wait(50);
        s
    }

    daemonset_command_missing {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.ends("a", 1, "StartError", 128).wait(10).ends("a", 2, "StartError", 128).pod("a", start_error());
        s
    }

    daemonset_liveness_kills {
        let mut s = Stage::of("DaemonSet", 1, true);
        for time in 1..=3 { s.runs("a", false, time - 1).wait(5).event("a", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500").event("a", "Killing", "Container app failed liveness probe, will be restarted").ends("a", time, "Error", 137).wait(5); }
        s
    }

    exit_zero_again_and_again {
        let mut s = Stage::of("Deployment", 1, false);
        s.loops("a", 3, "Completed", 0);
        s
    }

    exit_127_in_a_shell {
        let mut s = Stage::deployment();
        s.loops("a", 3, "Error", 127);
        s
    }

    segmentation_fault {
        let mut s = Stage::deployment();
        s.loops("a", 3, "Error", 139);
        s
    }

    child_out_of_memory {
        let mut s = Stage::deployment();
        s.loops("a", 3, "OOMKilled", 1);
        s
    }

    one_of_three_crashes {
        let mut s = Stage::of("Deployment", 3, true);
        s.up("a").up("b").loops("c", 3, "Error", 1);
        s
    }

    update_crashes_while_old_serves {
        let mut s = Stage::deployment();
        s.up("old").wait(20).revision(2).loops("new", 3, "Error", 1);
        s
    }

    update_image_missing_while_old_serves {
        let mut s = Stage::deployment();
        s.up("old").wait(20).revision(2).creating("new").wait(1).waits("new", "ErrImagePull", "manifest for a/b:9 not found: manifest unknown");
        s
    }

    second_container_crashes {
        let mut s = Stage::deployment();
        s.patch(two()); for time in 1..=3 { let end = s.ended("Error", 3); s.containers("a", "Running", false, json!([{"name": "app", "ready": true, "state": {"running": {}}}, {"name": "exporter", "restartCount": time - 1, "state": end}])).wait(10); }
        s
    }

    second_container_image_missing {
        let mut s = Stage::deployment();
        s.patch(two()).containers("a", "Pending", false, json!([{"name": "app", "ready": true, "state": {"running": {}}}, {"name": "exporter", "state": {"waiting": {"reason": "ErrImagePull", "message": "x/exporter:1: not found"}}}]));
        s
    }

    init_container_crashes {
        let mut s = Stage::deployment();
        s.pod("a", json!({"spec": {"initContainers": [{"name": "migrate"}]}})); for time in 1..=3 { let end = s.ended("Error", 4); s.pod("a", json!({"status": {"phase": "Pending", "initContainerStatuses": [{"name": "migrate", "restartCount": time - 1, "state": end}], "containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "PodInitializing"}}}]}})).wait(10); }
        s
    }

    init_image_missing {
        let mut s = Stage::deployment();
        s.pod("a", json!({"spec": {"initContainers": [{"name": "migrate"}]}})); s.pod("a", json!({"status": {"phase": "Pending", "initContainerStatuses": [{"name": "migrate", "state": {"waiting": {"reason": "ErrImagePull", "message": "x:1: not found"}}}]}}));
        s
    }

    sidecar_crashes {
        let mut s = Stage::deployment();
        s.pod("a", json!({"spec": {"initContainers": [{"name": "proxy", "restartPolicy": "Always"}]}})); for time in 1..=3 { let end = s.ended("Error", 1); s.pod("a", json!({"status": {"phase": "Pending", "initContainerStatuses": [{"name": "proxy", "restartCount": time - 1, "state": end}]}})).wait(10); }
        s
    }

    image_back_off_after_the_cause_was_seen {
        let mut s = Stage::deployment();
        s.waits("a", "ErrImagePull", "x/y:1: not found").wait(1).waits("a", "ImagePullBackOff", "Back-off pulling image");
        s
    }

    image_back_off_quotes_its_cause {
        let mut s = Stage::deployment();
        s.waits("a", "ImagePullBackOff", "Back-off pulling image \"x/y:1\": ErrImagePull: failed to pull: x/y:1: not found");
        s
    }

    image_cause_only_in_an_event {
        let mut s = Stage::deployment();
        s.event("a", "Failed", "Failed to pull image \"x/y:1\": x/y:1: not found").waits("a", "ImagePullBackOff", "Back-off pulling image \"x/y:1\"");
        s
    }

    image_name_invalid {
        let mut s = Stage::deployment();
        s.waits("a", "InvalidImageName", "Failed to apply default image tag: couldn't parse image name");
        s
    }

    image_never_pulled {
        let mut s = Stage::deployment();
        s.waits("a", "ErrImageNeverPull", "Container image is not present with pull policy of Never");
        s
    }

    image_private {
        let mut s = Stage::deployment();
        s.waits("a", "ErrImagePull", "pull access denied, repository does not exist or may require authorization: authorization failed").wait(20);
        s
    }

    image_token_expired {
        let mut s = Stage::deployment();
        s.waits("a", "ErrImagePull", "unexpected status from HEAD request: 401 Unauthorized").wait(20);
        s
    }

    configmap_key_missing {
        let mut s = Stage::deployment();
        s.waits("a", "CreateContainerConfigError", "couldn't find key mode in ConfigMap ns/settings").wait(50);
        s
    }

    runs_as_root {
        let mut s = Stage::deployment();
        s.waits("a", "CreateContainerConfigError", "container has runAsNonRoot and image will run as root");
        s
    }

    secret_volume_missing {
        let mut s = Stage::deployment();
        s.creating("a"); for _ in 0..6 { s.event("a", "FailedMount", "MountVolume.SetUp failed for volume \"v\" : secret \"tls\" not found").wait(10); }
        s
    }

    configmap_volume_missing {
        let mut s = Stage::deployment();
        s.creating("a"); for _ in 0..6 { s.event("a", "FailedMount", "MountVolume.SetUp failed for volume \"v\" : configmap \"hub\" not found").wait(10); }
        s
    }

    host_path_of_a_wrong_type {
        let mut s = Stage::deployment();
        s.creating("a"); for _ in 0..6 { s.event("a", "FailedMount", "MountVolume.SetUp failed for volume \"h\" : hostPath type check failed: /x is not a directory").wait(10); }
        s
    }

    runtime_class_missing {
        let mut s = Stage::deployment();
        s.creating("a"); for _ in 0..2 { s.event("a", "FailedCreatePodSandBox", "Failed to create pod sandbox: no runtime for \"gvisor\" is configured").wait(12); }
        s
    }

    no_node_for_taint {
        let mut s = Stage::deployment();
        s.pending("a", "0/1 nodes are available: 1 node(s) had untolerated taint(s).").wait(20);
        s
    }

    no_node_for_cpu {
        let mut s = Stage::deployment();
        s.pending("a", "0/3 nodes are available: 3 Insufficient cpu.").wait(20);
        s
    }

    no_node_for_affinity {
        let mut s = Stage::deployment();
        s.pending("a", "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.").wait(20);
        s
    }

    no_node_for_host_port {
        let mut s = Stage::deployment();
        s.pending("a", "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.").wait(20);
        s
    }

    no_node_for_claim_missing {
        let mut s = Stage::deployment();
        s.pending("a", "0/1 nodes are available: persistentvolumeclaim \"data\" not found.").wait(20);
        s
    }

    no_node_for_volume_zone {
        let mut s = Stage::deployment();
        s.pending("a", "0/3 nodes are available: 3 node(s) had volume node affinity conflict.").wait(20);
        s
    }

    autoscaler_is_at_its_limit {
        let mut s = Stage::deployment();
        s.pending("a", "0/3 nodes are available: 3 Insufficient cpu.").event("a", "TriggeredScaleUp", "pod triggered scale-up").wait(100).event("a", "NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached").wait(20);
        s
    }

    quota_leaves_no_room {
        let mut s = Stage::deployment();
        s.condition("ReplicaFailure", "True", "FailedCreate", "pods \"web-x\" is forbidden: exceeded quota: small").wait(5);
        s
    }

    quota_wants_limits {
        let mut s = Stage::deployment();
        s.condition("ReplicaFailure", "True", "FailedCreate", "failed quota: small: must specify limits.cpu").wait(5);
        s
    }

    statefulset_quota {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.event("web", "FailedCreate", "create Pod web-0 in StatefulSet web failed error: exceeded quota: small").wait(5);
        s
    }

    pod_security_forbids {
        let mut s = Stage::deployment();
        s.condition("ReplicaFailure", "True", "FailedCreate", "pods \"web-x\" is forbidden: violates PodSecurity \"restricted\"").wait(5);
        s
    }

    webhook_denies {
        let mut s = Stage::deployment();
        s.condition("ReplicaFailure", "True", "FailedCreate", "admission webhook \"policy\" denied the request: no latest tags").wait(5);
        s
    }

    webhook_stays_down {
        let mut s = Stage::deployment();
        s.condition("ReplicaFailure", "True", "FailedCreate", "failed calling webhook \"policy\": context deadline exceeded").wait(70);
        s
    }

    service_account_missing {
        let mut s = Stage::deployment();
        s.condition("ReplicaFailure", "True", "FailedCreate", "error looking up service account ns/hub: serviceaccount \"hub\" not found").wait(50);
        s
    }

    paused_with_a_change {
        let mut s = Stage::deployment();
        s.up("old").revision(2).patch(json!({"spec": {"paused": true}})).condition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused").wait(5);
        s
    }

    deadline_without_a_cause {
        let mut s = Stage::deployment();
        s.creating("a").wait(30).condition("Progressing", "False", "ProgressDeadlineExceeded", "ReplicaSet \"web-1\" has timed out progressing: exceeded its progress deadline");
        s
    }

    controller_cannot_go_on {
        let mut s = Stage::deployment();
        s.condition("Progressing", "False", "ReplicaSetCreateError", "Failed to create new replica set").wait(20);
        s
    }

    readiness_never_passes {
        let mut s = Stage::deployment();
        s.runs("a", false, 0); for _ in 0..13 { s.event("a", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503").wait(10); }
        s
    }

    startup_probe_kills {
        let mut s = Stage::deployment();
        for time in 1..=3 { s.runs("a", false, time - 1).wait(5).event("a", "Unhealthy", "Startup probe failed: connection refused").event("a", "Killing", "Container app failed startup probe, will be restarted").ends("a", time, "Error", 137).wait(5); }
        s
    }

    evicted_twice_for_disk {
        let mut s = Stage::of("Deployment", 1, false);
        for pod in ["a", "b"] { s.up(pod).wait(2).over(pod, "Failed", "Evicted", "Pod ephemeral local storage usage exceeds the total limit of containers 10Mi.", 137).wait(2); }
        s
    }

    statefulset_stuck_on_its_old_revision {
        let mut s = Stage::of("StatefulSet", 1, true);
        s.loops("web-0", 2, "Error", 1)
            .patch(json!({"metadata": {"labels": {"update": "r2"}}}))
            .ends("web-0", 3, "Error", 1)
            .wait(10);
        s
    }

    job_fails_as_often_as_it_may {
        let mut s = Stage::of("Job", 1, true);
        for pod in ["a", "b"] { s.up(pod).wait(2).over(pod, "Failed", "", "", 1).wait(2); } s.condition("FailureTarget", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        s
    }

    job_runs_too_long {
        let mut s = Stage::of("Job", 1, true);
        s.up("a").wait(30).gone("a").condition("FailureTarget", "True", "DeadlineExceeded", "Job was active longer than specified deadline");
        s
    }

    job_image_missing {
        let mut s = Stage::of("Job", 1, true);
        s.waits("a", "ErrImagePull", "x:1: not found");
        s
    }

    job_pod_finds_no_node {
        let mut s = Stage::of("Job", 1, true);
        s.pending("a", "0/1 nodes are available: 1 Insufficient cpu.").wait(20);
        s
    }

    job_quota {
        let mut s = Stage::of("Job", 1, true);
        s.event("web", "FailedCreate", "Error creating: pods \"web-x\" is forbidden: exceeded quota: small").wait(5);
        s
    }

    daemonset_admission {
        let mut s = Stage::of("DaemonSet", 1, true);
        s.event("web", "FailedCreate", "Error creating: pods \"web-x\" is forbidden: host ports are not allowed").wait(5);
        s
    }
}
