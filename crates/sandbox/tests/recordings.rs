//! A simulated pod does what a real kubelet was recorded doing, times apart.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

#[path = "recordings/life.rs"]
mod life;
#[path = "recordings/play.rs"]
mod play;

use life::Life;
use play::{Recording, Scenario};

/// Plays the recording's workload against the sandbox and compares the lives of its pods.
async fn same(scenario: Scenario) {
    let test = format!("recordings::{}", scenario.recording);
    let Some(sandbox) = test_support::Sandbox::or_skip(&test) else { return };
    let recording = Recording::read(scenario.recording);
    let recorded = recording.lives();
    let expected = scenario.choose(&recorded);
    let client = sandbox::cluster_client(&sandbox.kubeconfig).await.unwrap();
    let played = play::play(&client, &recording, &scenario, &expected).await;
    let (recorded_statuses, played_statuses) =
        (expected.statuses(scenario.statuses), played.statuses(scenario.statuses));
    assert_same(&test, &recorded_statuses, &played_statuses);
    assert_eq!(expected.events(scenario.luck), played.events(scenario.luck), "{test}: kinds of events");
}

const READY: Scenario = Scenario {
    recording: "ready",
    behaviour: None,
    pod: 0,
    statuses: usize::MAX,
    // Whether the first probe comes before the server listens is luck.
    luck: &["Unhealthy"],
};

#[tokio::test]
async fn a_pod_gets_ready() {
    same(READY).await;
}

#[tokio::test]
async fn a_crash_loop_fails_four_times() {
    let behaviour = Some("crash-loop");
    same(Scenario { recording: "crash-loop-exit1", behaviour, statuses: 14, ..READY }).await;
}

#[tokio::test]
async fn an_image_is_not_found() {
    let behaviour = Some("image-not-found");
    // Pods 0 and 1 are those of the update's good old revision.
    same(Scenario { recording: "update-image-not-found", behaviour, pod: 2, ..READY }).await;
}

/// One whose behaviour is named like its recording.
const fn named(recording: &'static str) -> Scenario {
    Scenario { recording, behaviour: Some(recording), luck: &[], ..READY }
}

#[tokio::test]
async fn a_container_is_killed_for_its_memory() {
    same(named("oom-killed")).await;
}

#[tokio::test]
async fn a_container_breaks_down() {
    same(named("segfault")).await;
}

#[tokio::test]
async fn a_container_ends_well_again_and_again() {
    same(Scenario { statuses: 14, ..named("exit0-loop") }).await;
}

#[tokio::test]
async fn an_init_container_crashes() {
    same(named("init-crash-loop")).await;
}

#[tokio::test]
async fn a_liveness_probe_restarts_a_container() {
    same(named("liveness-restarts")).await;
}

#[tokio::test]
async fn a_crash_loop_recovers() {
    same(Scenario { luck: &["Unhealthy"], ..named("recovers-after-2-crashes") }).await;
}

#[tokio::test]
async fn an_image_needs_a_login() {
    let behaviour = Some("image-auth");
    same(Scenario { recording: "image-auth-containerd16", behaviour, luck: &[], ..READY }).await;
}

#[tokio::test]
async fn a_registry_limits_pulls() {
    same(named("image-rate-limited")).await;
}

#[tokio::test]
async fn a_registry_has_no_address() {
    same(named("image-host-unknown")).await;
}

#[tokio::test]
async fn a_secret_is_missing() {
    same(named("secret-env-missing")).await;
}

#[tokio::test]
async fn a_key_is_missing() {
    same(named("configmap-key-missing")).await;
}

#[tokio::test]
async fn a_container_must_not_be_root() {
    same(named("run-as-non-root")).await;
}

#[tokio::test]
async fn a_command_is_not_in_the_image() {
    let behaviour = Some("command-not-found");
    same(Scenario { recording: "command-not-found-containerd16", behaviour, luck: &[], ..READY }).await;
}

#[tokio::test]
async fn a_pod_is_evicted() {
    let behaviour = Some("evicted");
    same(Scenario { recording: "evicted-ephemeral-storage", behaviour, luck: &[], ..READY }).await;
}

#[tokio::test]
async fn a_pod_never_gets_ready() {
    let behaviour = Some("never-ready");
    same(Scenario { recording: "readiness-never", behaviour, luck: &[], ..READY }).await;
}

#[tokio::test]
async fn a_job_succeeds() {
    same(Scenario { recording: "job-parallel-succeeds", luck: &[], ..READY }).await;
}

#[tokio::test]
async fn a_job_fails() {
    let behaviour = Some("crash-loop");
    same(Scenario { recording: "job-backoff-3", behaviour, luck: &[], ..READY }).await;
}

#[tokio::test]
async fn a_deleted_pod_is_killed() {
    same(Scenario { recording: "scaled-to-zero", ..READY }).await;
}

/// The comparison itself can fail.
#[test]
fn another_life_is_not_the_same() {
    let read = |name| Recording::read(name).lives();
    let (ready, crash) = (read("ready"), read("crash-loop-exit1"));
    let statuses = |lives: &[Life]| lives[0].statuses(usize::MAX);
    assert_eq!(statuses(&ready), ready[1].statuses(usize::MAX));
    assert_ne!(statuses(&ready), statuses(&crash));
    assert_ne!(ready[0].events(&["Unhealthy"]), crash[0].events(&["Unhealthy"]));
}

fn assert_same(test: &str, recorded: &str, played: &str) {
    let difference = similar::TextDiff::from_lines(recorded, played);
    let shown = difference.unified_diff().header("recorded", "played").to_string();
    assert!(recorded == played, "{test}: statuses differ\n{shown}");
}
