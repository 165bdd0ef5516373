//! Every recorded stream, with the verdict it deserves.

use e2e_probe::{Component, Phase, Verdict};

use crate::capture::Capture;
use crate::wire::Step;
use crate::world::{Seen, World};

/// The recording as steps: every `recv()` apart, its end as it ended.
fn steps(capture: &Capture) -> Vec<Step> {
    let mut steps: Vec<Step> = capture.parts.iter().cloned().map(Step::Send).collect();
    if !capture.server_closed {
        steps.push(Step::Hang);
    }
    steps
}

async fn replay(name: &str) -> Seen {
    let world = World::healthy().await;
    let capture = Capture::read(name).with_hub_at(&world.url);
    let mut target = world.target();
    // One recording is of a spec that is refused before anything is asked.
    target.launch = Some(capture.spec.parse().unwrap_or_else(|_| "gh/o/r/HEAD".parse().unwrap()));
    let steps = steps(&capture);
    let world = world.with("build", move |_| steps.clone());
    world.verify_as(e2e_probe::Target::BinderHub(target)).await
}

#[tokio::test]
async fn launches_that_reached_ready() {
    for name in [
        "ready-found-image.txt",
        "ready-after-real-build.txt",
        "ready-rebuild-each-time-registry-400.txt",
        "ready-slow-build-client-a.txt",
    ] {
        let seen = replay(name).await;
        assert!(
            seen.report.checks.iter().all(|check| matches!(check.verdict, Verdict::Pass | Verdict::Skipped)),
            "{name}: {seen:?}"
        );
        for check in ["launch.ready", "launch.open", "launch.server", "launch.shutdown"] {
            assert_eq!(seen.check(check).verdict, Verdict::Pass, "{name}: {check}");
        }
        let image = seen.report.image.as_deref().unwrap();
        assert!(image.starts_with("127.0.0.1:5000/mybinder-staging/i-binder"), "{name}: {image}");
        assert_eq!(seen.wire.count("/build/"), 1, "{name}");
        assert_eq!(seen.wire.count("/api/shutdown"), 1, "{name}");
    }
}

#[tokio::test]
async fn launches_that_did_not() {
    use Component::*;
    use Verdict::{Fail, Inconclusive};
    type Case = (&'static str, Verdict, &'static str, Component, Option<Phase>, &'static str);
    #[rustfmt::skip]
    let table: &[Case] = &[
        ("failed-accept-list.txt", Fail, "probe.protocol", Binder, None, "Missing Accept header"),
        ("failed-missing-accept.txt", Fail, "probe.protocol", Binder, None, "Missing Accept header"),
        ("failed-build-only-not-allowed.txt", Fail, "probe.protocol", Binder, None, "not permitted"),
        ("failed-bad-build-token.txt", Fail, "probe.auth", Binder, None, "Invalid build token"),
        ("failed-bad-ref.txt", Inconclusive, "probe.unresolved_ref", ThirdParty, None, "deadbeefdeadbeef"),
        ("failed-unknown-repo.txt", Inconclusive, "probe.unresolved_ref", ThirdParty, None, "gh:no-such/repo/HEAD"),
        ("failed-bad-spec-no-ref.txt", Fail, "probe.launch", Binder, None, "Spec is not of the form"),
        ("failed-build-exit3-stream-stays-open.txt", Fail, "probe.build", Builder, Some(Phase::Building), "exit code: 3"),
        ("failed-r2d-thirdparty-outage.txt", Inconclusive, "probe.third_party", ThirdParty, Some(Phase::Waiting), "iqss.github.io"),
        ("failed-quota-exceeded-cached-image.txt", Inconclusive, "probe.capacity", Capacity, Some(Phase::Built), "Too many users"),
        ("failed-hub-active-server-limit-429.txt", Fail, "probe.hub", Hub, Some(Phase::Launching), "never took up the request"),
        ("failed-launch-spawn-error-4-attempts.txt", Fail, "probe.spawn", Server, Some(Phase::Launching), "Exception occurred in preexec_fn"),
        ("failed-spawn-process-exits.txt", Fail, "probe.spawn", Server, Some(Phase::Launching), "didn't respond in 5 seconds"),
        ("failed-never-ready-launch-timeout.txt", Fail, "probe.spawn", Server, Some(Phase::Launching), "took too long to launch"),
        ("ready-build-only.txt", Fail, "probe.protocol", Binder, None, "`ready` without `url`"),
        ("http-502-binderhub-down.txt", Fail, "probe.http_status", Ingress, None, "HTTP 502"),
        ("cut-mid-build-binderhub-sigkill.txt", Fail, "probe.cut", Binder, Some(Phase::Building), "the connection was cut"),
    ];
    for (name, verdict, code, component, phase, words) in table {
        let seen = replay(name).await;
        let check = seen.check("launch.ready");
        assert_eq!((check.verdict, seen.code("launch.ready")), (*verdict, *code), "{name}: {seen:?}");
        assert_eq!((check.component, check.phase), (*component, *phase), "{name}: {check}");
        assert!(check.seen.contains(words), "{name}: {check}");
        assert!(check.url.as_deref().is_some_and(|url| url.contains("/staging/binder/build/gh/")), "{name}");
        for child in ["launch.open", "launch.server", "launch.shutdown"] {
            assert_eq!(seen.check(child).skipped_by, Some("launch.ready"), "{name}");
        }
        // Only what can be the moment's fault is asked for twice: each request is a new launch.
        let tries = if matches!(*code, "probe.http_status" | "probe.cut") { 2 } else { 1 };
        assert_eq!(seen.wire.count("/build/"), tries, "{name}");
    }
}

#[tokio::test]
async fn a_failed_build_shows_its_last_lines() {
    let seen = replay("failed-build-exit3-stream-stays-open.txt").await;
    let check = seen.check("launch.ready");
    let last = &check.last_lines;
    assert!(last.iter().any(|line| line == "#2 0.010 about to fail"), "{last:?}");
    assert!(last.len() <= 20);
    let problem = check.problem().unwrap();
    assert_eq!(problem.code, "probe.build");
    assert!(problem.causes.iter().any(|cause| cause.contains("about to fail")), "{problem:?}");
}

#[tokio::test]
async fn a_stream_cut_once_is_tried_again_and_remembered() {
    let world = World::healthy().await;
    let cut = steps(&Capture::read("cut-mid-build-binderhub-sigkill.txt"));
    let whole = Capture::read("ready-slow-build-client-a.txt").with_hub_at(&world.url);
    let mut target = world.target();
    target.launch = Some(whole.spec.parse().unwrap());
    let whole = steps(&whole);
    let world = world.with("build", move |before| if before == 0 { cut.clone() } else { whole.clone() });
    let seen = world.verify_as(e2e_probe::Target::BinderHub(target)).await;
    let check = seen.check("launch.ready");
    assert_eq!((check.verdict, seen.code("launch.ready")), (Verdict::Degraded, "probe.flaky"), "{seen:?}");
    assert!(check.seen.contains("before that: the connection was cut"), "{check}");
    assert_eq!(seen.check("launch.shutdown").verdict, Verdict::Pass);
}
